package org.snapshotproxy.connectors.s3;

import java.io.Serializable;
import java.util.regex.Pattern;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.FspException;

/**
 * A place below which archives stand.
 *
 * @param bucket the bucket's name
 * @param prefix empty, or what stands before every key, with a slash at its end
 */
@PublicEvolving
public record S3Location(String bucket, String prefix) implements Serializable {
  private static final String SCHEME = "s3://";

  /** The names that S3, its older regions and other servers allow. */
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}");

  private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9!_.*'()=+@,-]+/)*");

  public S3Location {
    if (!BUCKET.matcher(bucket).matches()) {
      throw new FspException("'" + bucket + "' is not the name of a bucket.");
    }
    if (!PREFIX.matcher(prefix).matches()
        || ("/" + prefix).contains("/./")
        || ("/" + prefix).contains("/../")) {
      throw new FspException(
          "'"
              + prefix
              + "' is not a prefix for archives: names of letters, digits and !_.*'()=+@,- with"
              + " slashes between.");
    }
  }

  /**
   * Reads {@code bucket}, {@code bucket/prefix} or either with {@code s3://} before it.
   *
   * @throws FspException if it is none of these
   */
  public static S3Location parse(String text) {
    String plain = isUri(text) ? text.substring(SCHEME.length()) : text;
    int slash = plain.indexOf('/');
    if (slash < 0) {
      return new S3Location(plain, "");
    }
    String prefix = plain.substring(slash + 1);
    boolean closed = prefix.isEmpty() || prefix.endsWith("/");
    return new S3Location(plain.substring(0, slash), closed ? prefix : prefix + "/");
  }

  /** Whether this is the address of something in S3. */
  public static boolean isUri(String text) {
    return text.startsWith(SCHEME);
  }

  /** The key of something below this place. */
  String key(String relative) {
    return prefix + relative;
  }

  /** Something below this place, for a sentence. */
  String uri(String relative) {
    return SCHEME + bucket + "/" + key(relative);
  }

  @Override
  public String toString() {
    return uri("");
  }
}
