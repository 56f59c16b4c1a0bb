package org.snapshotproxy.endpoint.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An identity policy: a JSON document with {@code Version} 2012-10-17 and statements of {@code
 * Effect}, {@code Action}, {@code Resource} and {@code Condition}. Whatever else policies may hold
 * is refused, not passed over. Immutable.
 */
public final class Policy {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final String VERSION = "2012-10-17";
  private static final Set<String> ELEMENTS =
      Set.of("Sid", "Effect", "Action", "Resource", "Condition");

  private record Statement(
      boolean allow, List<String> actions, List<String> resources, List<Condition> conditions) {
    boolean covers(String action, String resource, Map<String, String> context) {
      String lower = action.toLowerCase(Locale.ROOT);
      return actions.stream().anyMatch(a -> Wildcards.match(a.toLowerCase(Locale.ROOT), lower))
          && resources.stream().anyMatch(r -> Wildcards.match(r, resource))
          && conditions.stream().allMatch(c -> c.holds(context));
    }
  }

  private final List<Statement> statements;

  private Policy(List<Statement> statements) {
    this.statements = statements;
  }

  /**
   * Reads a policy.
   *
   * @throws IllegalArgumentException if it is none, or has elements that are not evaluated here
   */
  public static Policy parse(String json) {
    JsonNode document;
    try {
      document = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a policy is JSON: " + e.getOriginalMessage(), e);
    }
    if (!document.path("Version").asText().equals(VERSION)) {
      throw new IllegalArgumentException("a policy's Version is " + VERSION);
    }
    List<Statement> statements = new ArrayList<>();
    each(document.path("Statement")).forEach(node -> statements.add(statement(node)));
    if (statements.isEmpty()) {
      throw new IllegalArgumentException("a policy has a Statement");
    }
    return new Policy(List.copyOf(statements));
  }

  private static Statement statement(JsonNode node) {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!ELEMENTS.contains(name)) {
        throw new IllegalArgumentException("the element " + name + " is not known here");
      }
    }
    String effect = node.path("Effect").asText();
    if (!effect.equals("Allow") && !effect.equals("Deny")) {
      throw new IllegalArgumentException("an Effect is Allow or Deny, not '" + effect + "'");
    }
    List<Condition> conditions = new ArrayList<>();
    for (Map.Entry<String, JsonNode> operator : node.path("Condition").properties()) {
      for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
        conditions.add(Condition.of(operator.getKey(), key.getKey(), key.getValue()));
      }
    }
    return new Statement(
        effect.equals("Allow"),
        texts(node.path("Action")),
        texts(node.path("Resource")),
        List.copyOf(conditions));
  }

  /** A text, or a list of them; at least one. */
  static List<String> texts(JsonNode node) {
    List<String> texts = each(node).filter(JsonNode::isTextual).map(JsonNode::asText).toList();
    if (texts.isEmpty() || texts.size() != each(node).count()) {
      throw new IllegalArgumentException("'" + node + "' is not a text or a list of texts");
    }
    return texts;
  }

  private static Stream<JsonNode> each(JsonNode node) {
    return node.isArray()
        ? StreamSupport.stream(node.spliterator(), false)
        : node.isMissingNode() ? Stream.empty() : Stream.of(node);
  }

  /** The actions that it allows, as they stand there. */
  public Set<String> allowedActions() {
    Set<String> actions = new TreeSet<>();
    statements.stream().filter(Statement::allow).forEach(s -> actions.addAll(s.actions()));
    return actions;
  }

  /** Whether a statement of that effect covers the action on the resource. */
  boolean says(boolean allow, String action, String resource, Map<String, String> context) {
    return statements.stream()
        .anyMatch(s -> s.allow() == allow && s.covers(action, resource, context));
  }
}
