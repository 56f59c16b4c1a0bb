package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.endpoint.EndpointConfig;
import org.snapshotproxy.endpoint.EndpointControl;
import org.snapshotproxy.endpoint.LocalEndpoint;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;

/**
 * A local endpoint in memory, with a plain SDK client beside the connector: what the client put and
 * finds is what the connector is compared with. Credentials come to the connector the standard way.
 */
final class LocalEbs implements AutoCloseable {
  static final String REGION = "us-east-1";
  static final String SECRET = "a-secret-that-must-not-travel";

  /** What a child's blocks have for {@link #content} beside their index. */
  static final int CHANGED = 1_000_000;

  private static final String KEY = "AKIDTESTTESTTEST";

  private final LocalEndpoint endpoint;
  private final EbsClient plain;

  LocalEbs(EndpointConfig.Builder config) throws IOException {
    System.setProperty("aws.accessKeyId", KEY);
    System.setProperty("aws.secretAccessKey", SECRET);
    endpoint = LocalEndpoint.start(config.build());
    plain =
        EbsClient.builder()
            .endpointOverride(endpoint.uri())
            .region(Region.of(REGION))
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
            .httpClientBuilder(ApacheHttpClient.builder())
            .build();
  }

  LocalEbs() throws IOException {
    this(EndpointConfig.builder().completionDelay(Duration.ZERO));
  }

  AwsAccess access() {
    return AwsAccess.of(REGION, null, null, endpoint.uri().toString(), Map.of());
  }

  EndpointControl control() {
    return endpoint.control();
  }

  EbsClient plain() {
    return plain;
  }

  void fault(String spec) {
    control().addFault(spec);
  }

  /** How often an operation was answered so; {@code ok} or the error's type. */
  long answered(String operation, String outcome) {
    return control().counters().read(operation, outcome);
  }

  static byte[] content(int block) {
    byte[] bytes = new byte[524_288];
    new Random(block).nextBytes(bytes);
    return bytes;
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  String start(int gib) {
    String token = UUID.randomUUID().toString();
    return plain.startSnapshot(r -> r.volumeSize((long) gib).clientToken(token)).snapshotId();
  }

  /** A completed snapshot of one GiB with these blocks, made by the plain client. */
  String snapshot(Collection<Integer> blocks) {
    return snapshot(1, contents(blocks, 0));
  }

  /** The same of any size and content. */
  String snapshot(int gib, Map<Integer, byte[]> blocks) {
    return fill(start(gib), blocks);
  }

  /** A completed child with these blocks of its own, whose bytes are not the parent's. */
  String child(String parent, int gib, Collection<Integer> blocks) {
    return child(parent, gib, contents(blocks, CHANGED));
  }

  /** The same with any bytes. */
  String child(String parent, int gib, Map<Integer, byte[]> blocks) {
    String token = UUID.randomUUID().toString();
    String id =
        plain
            .startSnapshot(
                r -> r.volumeSize((long) gib).clientToken(token).parentSnapshotId(parent))
            .snapshotId();
    return fill(id, blocks);
  }

  private static Map<Integer, byte[]> contents(Collection<Integer> blocks, int change) {
    Map<Integer, byte[]> contents = new TreeMap<>();
    blocks.forEach(block -> contents.put(block, content(block + change)));
    return contents;
  }

  private String fill(String id, Map<Integer, byte[]> blocks) {
    blocks.forEach(
        (block, bytes) ->
            plain.putSnapshotBlock(
                r ->
                    r.snapshotId(id)
                        .blockIndex(block)
                        .dataLength(bytes.length)
                        .checksum(Base64.getEncoder().encodeToString(sha256(bytes)))
                        .checksumAlgorithm("SHA256"),
                RequestBody.fromBytes(bytes)));
    plain.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(blocks.size()));
    return id;
  }

  /** The blocks of a completed snapshot with their bytes, as the plain client reads them. */
  Map<Integer, byte[]> read(String id) {
    Map<Integer, byte[]> blocks = new TreeMap<>();
    // The snapshots read back here are smaller than one page.
    for (Block block : plain.listSnapshotBlocks(r -> r.snapshotId(id)).blocks()) {
      blocks.put(
          block.blockIndex(),
          plain
              .getSnapshotBlockAsBytes(
                  r ->
                      r.snapshotId(id)
                          .blockIndex(block.blockIndex())
                          .blockToken(block.blockToken()))
              .asByteArray());
    }
    return blocks;
  }

  SnapshotView view(String id, EbsOrigin.Unlisted unlisted) {
    return new SnapshotView(access(), id, 1, unlisted, true);
  }

  @Override
  public void close() throws IOException {
    plain.close();
    endpoint.close();
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }
}
