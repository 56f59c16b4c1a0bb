package org.snapshotproxy.connectors.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.snapshotproxy.connectors.base.Digests;

/**
 * Manifests as JSON. The last field is the SHA-256 of all bytes before it, for a manifest is all
 * that vouches for the length of what is archived.
 */
final class ManifestJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /** What stands before the digest of all bytes up to it, the last field. */
  private static final String SHA256 = ",\n  \"sha256\" : \"";

  /** What stands behind it. */
  private static final String END = "\"\n}\n";

  private ManifestJson() {}

  static byte[] write(Manifest manifest) {
    String fields = text(manifest);
    String open = fields.substring(0, fields.lastIndexOf('}')).stripTrailing() + SHA256;
    String digest = sha256(open.getBytes(StandardCharsets.UTF_8));
    return (open + digest + END).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Takes the body of a manifest.
   *
   * @throws DamagedObject if it is longer than any
   */
  static byte[] whole(InputStream body) throws IOException {
    byte[] json = body.readNBytes(Manifest.LONGEST + 1);
    if (json.length > Manifest.LONGEST) {
      throw new DamagedObject("is longer than any manifest");
    }
    return json;
  }

  /**
   * Reads a manifest.
   *
   * @throws DamagedObject if it is none, or one that cannot be of that name
   */
  static Manifest read(String name, byte[] json) throws DamagedObject {
    Manifest manifest;
    try {
      JsonNode tree = MAPPER.readTree(json);
      checkVersion(tree);
      checkDigest(json);
      ((ObjectNode) tree).remove("sha256");
      manifest = MAPPER.treeToValue(tree, Manifest.class);
    } catch (DamagedObject e) {
      throw e;
    } catch (IOException | IllegalArgumentException | ClassCastException e) {
      throw new DamagedObject("is not a manifest");
    }
    String flaw = manifest == null ? "is not a manifest" : manifest.flaw(name);
    if (flaw != null) {
      throw new DamagedObject(flaw);
    }
    return manifest;
  }

  /** First of all: another format, or a later one, may have none of what else is looked for. */
  private static void checkVersion(JsonNode tree) throws DamagedObject {
    int version = tree.path("version").asInt();
    if (!tree.path("format").asText().equals(Manifest.FORMAT)) {
      throw new DamagedObject("is not a manifest of format " + Manifest.FORMAT);
    }
    if (version > Manifest.VERSION) {
      throw new DamagedObject(
          "is of version " + version + ", written by a newer version of this tool");
    }
  }

  private static void checkDigest(byte[] json) throws DamagedObject {
    String text = new String(json, StandardCharsets.ISO_8859_1);
    int digest = text.length() - 2 * Digests.LENGTH - END.length();
    if (digest < 0
        || !text.startsWith(SHA256, digest - SHA256.length())
        || !text.endsWith(sha256(Arrays.copyOf(json, digest)) + END)) {
      throw new DamagedObject("does not end with the SHA-256 of what it says");
    }
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Digests.sha256(bytes));
  }

  static String writeSections(List<IndexSection> sections) {
    return text(sections);
  }

  static List<IndexSection> readSections(String json) throws IOException {
    return MAPPER.readValue(json, new TypeReference<List<IndexSection>>() {});
  }

  private static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of strings and numbers are always JSON", e);
    }
  }
}
