package org.snapshotproxy.connectors.s3;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.snapshotproxy.connectors.base.Digests;

/** Changes a good archive as somebody would who knows the format and its digests. */
final class Forgery {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Bucket bucket;
  private final String name;

  Forgery(Bucket bucket, Archive archive) {
    this.bucket = bucket;
    this.name = archive.manifest().name();
  }

  String manifestKey() {
    return name + "/manifest.json";
  }

  /** Key of the only data object of a segment. */
  String dataKey(int segment) {
    return bucket.keys("%s/data/%09d.".formatted(name, segment * 64)).get(0);
  }

  String indexKey() {
    return bucket.keys(name + "/index/").get(0);
  }

  /** Writes a manifest with other fields, and the right digest of itself. */
  void manifest(Consumer<ObjectNode> change) throws IOException {
    ObjectNode fields = (ObjectNode) JSON.readTree(bucket.get(manifestKey()));
    fields.remove("sha256");
    change.accept(fields);
    bucket.put(manifestKey(), sealed(fields));
  }

  static byte[] sealed(ObjectNode fields) throws IOException {
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(fields);
    String open = text.substring(0, text.length() - 2) + ",\n  \"sha256\" : \"";
    return (open + sha256(open.getBytes(StandardCharsets.UTF_8)) + "\"\n}\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  static ObjectNode section(ObjectNode manifest, int number) {
    return (ObjectNode) manifest.get("sections").get(number);
  }

  static ArrayNode sections(ObjectNode manifest) {
    return (ArrayNode) manifest.get("sections");
  }

  /** The lines of the first section of the index. */
  List<String> lines() {
    byte[] bytes = bucket.get(indexKey());
    byte[] text = new byte[(int) Zstd.getFrameContentSize(bytes)];
    Zstd.decompress(text, bytes);
    return Arrays.asList(new String(text, StandardCharsets.US_ASCII).split("\n"));
  }

  /** Writes another index of these lines, and a manifest that vouches for it. */
  void index(List<String> lines) throws IOException {
    long blocks =
        lines.stream()
            .mapToLong(line -> Long.bitCount(Long.parseUnsignedLong(line.substring(0, 16), 16)))
            .sum();
    index(
        Zstd.compress((String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII)),
        lines.size(),
        blocks);
  }

  /** Writes another object as the index, and a manifest that vouches for it. */
  void index(byte[] bytes, int lines, long blocks) throws IOException {
    String key = IndexSection.key(name, 0, sha256(bytes));
    bucket.put(key, bytes);
    manifest(
        manifest -> {
          manifest.put("blocks", blocks);
          section(manifest, 0)
              .put("key", key)
              .put("sha256", sha256(bytes))
              .put("bytes", bytes.length)
              .put("lines", lines)
              .put("blocks", blocks);
        });
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Digests.sha256(bytes));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }
}
