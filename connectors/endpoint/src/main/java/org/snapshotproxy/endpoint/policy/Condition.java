package org.snapshotproxy.endpoint.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * One condition of a statement: it holds if the key's value is as one of the values.
 *
 * @param operator of {@link #OPERATORS}
 * @param ifExists whether it also holds where the request has no such key
 * @param key the condition key
 * @param values of which one is enough
 */
record Condition(String operator, boolean ifExists, String key, List<String> values) {
  private static final String IF_EXISTS = "IfExists";

  /** By name; of the policy's value and the request's. */
  private static final Map<String, BiPredicate<String, String>> OPERATORS =
      Map.of(
          "StringEquals", String::equals,
          "StringLike", Wildcards::match,
          "ArnLike", Wildcards::match,
          "Bool", String::equalsIgnoreCase);

  static Condition of(String name, String key, JsonNode values) {
    boolean ifExists = name.endsWith(IF_EXISTS);
    String operator = ifExists ? name.substring(0, name.length() - IF_EXISTS.length()) : name;
    if (!OPERATORS.containsKey(operator)) {
      throw new IllegalArgumentException("the condition operator " + name + " is not known here");
    }
    return new Condition(operator, ifExists, key.toLowerCase(Locale.ROOT), Policy.texts(values));
  }

  /**
   * Whether it holds.
   *
   * @param context by lower-case key
   */
  boolean holds(Map<String, String> context) {
    String value = context.get(key);
    if (value == null) {
      return ifExists;
    }
    return values.stream().anyMatch(each -> OPERATORS.get(operator).test(each, value));
  }
}
