package org.snapshotproxy.connectors.s3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import software.amazon.awssdk.services.s3.S3Client;

/** Restores an archive, written from FORMAT.md alone: nothing here is of this project. */
final class SecondReader {
  private static final int BLOCK = 524_288;

  private final S3Client s3;
  private final String bucket;
  private final String prefix;

  SecondReader(S3Client s3, String bucket, String prefix) {
    this.s3 = s3;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  private byte[] get(String key) {
    return s3.getObjectAsBytes(r -> r.bucket(bucket).key(prefix + key)).asByteArray();
  }

  private static byte[] sha256(byte[]... parts) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  private static void check(boolean holds, String what) throws IOException {
    if (!holds) {
      throw new IOException(what);
    }
  }

  void restore(String name, Path to) throws IOException, GeneralSecurityException {
    byte[] json = get(name + "/manifest.json");
    byte[] vouched = Arrays.copyOf(json, json.length - 68);
    String digest = new String(json, json.length - 68, 64, StandardCharsets.US_ASCII);
    check(HexFormat.of().formatHex(sha256(vouched)).equals(digest), "manifest");
    JsonNode manifest = new ObjectMapper().readTree(json);
    check(
        manifest.get("format").asText().equals("fsp-archive")
            && manifest.get("version").asInt() == 1
            && manifest.get("name").asText().equals(name),
        "format");
    long blocks = 0;
    try (RandomAccessFile file = new RandomAccessFile(to.toFile(), "rw")) {
      for (JsonNode section : manifest.get("sections")) {
        blocks += restore(section, file);
      }
      file.setLength(manifest.get("bytes").asLong());
    }
    check(blocks == manifest.get("blocks").asLong(), "blocks");
  }

  private long restore(JsonNode section, RandomAccessFile file)
      throws IOException, GeneralSecurityException {
    byte[] bytes = get(section.get("key").asText());
    check(bytes.length == section.get("bytes").asLong(), "length of a section");
    check(
        HexFormat.of().formatHex(sha256(bytes)).equals(section.get("sha256").asText()),
        "digest of a section");
    long blocks = 0;
    for (String line : new String(decompress(bytes), StandardCharsets.US_ASCII).split("\n")) {
      String[] parts = line.split(" ");
      long take = Long.parseUnsignedLong(parts[0], 16);
      restore(take, parts[1], file);
      blocks += Long.bitCount(take);
    }
    return blocks;
  }

  private static byte[] decompress(byte[] bytes) throws IOException {
    try (ZstdInputStream stream = new ZstdInputStream(new ByteArrayInputStream(bytes))) {
      return stream.readAllBytes();
    }
  }

  private void restore(long take, String key, RandomAccessFile file)
      throws IOException, GeneralSecurityException {
    String[] name = key.substring(key.indexOf("/data/") + 6).split("\\.");
    int firstBlock = Integer.parseInt(name[0]);
    long mask = Long.parseUnsignedLong(name[1], 16);
    int count = Long.bitCount(mask);
    byte[] object = get(key);
    ByteBuffer header = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
    check(
        header.getInt() == 0x184D2A50
            && header.getInt() == 16 + 32 * count
            && header.getInt() == 0x31505346
            && header.getInt() == firstBlock
            && header.getLong() == mask,
        "header of " + key);
    byte[] digests = Arrays.copyOfRange(object, 24, 24 + 32 * count);
    check(HexFormat.of().formatHex(sha256(digests)).equals(name[2]), "digests of " + key);
    byte[] raw = decompress(Arrays.copyOfRange(object, 24 + 32 * count, object.length));
    check(raw.length == count * BLOCK, "length of " + key);
    int position = 0;
    for (int i = 0; i < 64; i++) {
      if ((mask >>> i & 1) == 0) {
        continue;
      }
      byte[] block = Arrays.copyOfRange(raw, position * BLOCK, (position + 1) * BLOCK);
      byte[] declared = Arrays.copyOfRange(digests, position * 32, (position + 1) * 32);
      check(Arrays.equals(sha256(block), declared), "block " + (firstBlock + i));
      if ((take >>> i & 1) == 1) {
        file.seek((long) (firstBlock + i) * BLOCK);
        file.write(block);
      }
      position++;
    }
  }
}
