package org.snapshotproxy.endpoint;

import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.EbsClientBuilder;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockResponse;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** The AWS SDK pointed at a local endpoint, and what every test does with it. */
final class Clients {
  static final int BLOCK = 524_288;
  static final AwsCredentials ANY = AwsBasicCredentials.create("AKIDANY", "secret");

  private Clients() {}

  static EbsClient ebs(URI uri) {
    return ebs(uri, "us-east-1", ANY);
  }

  /** A client without retries, so that a test sees every answer. */
  static EbsClient ebs(URI uri, String region, AwsCredentials credentials) {
    EbsClientBuilder builder =
        EbsClient.builder()
            .endpointOverride(uri)
            .region(Region.of(region))
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .httpClientBuilder(ApacheHttpClient.builder())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()));
    return builder.build();
  }

  static Ec2Client ec2(URI uri, String region, AwsCredentials credentials) {
    return Ec2Client.builder()
        .endpointOverride(uri)
        .region(Region.of(region))
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClientBuilder(ApacheHttpClient.builder())
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** 512 KiB that depend on the seed only. */
  static byte[] block(long seed) {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
    SplittableRandom random = new SplittableRandom(seed);
    while (bytes.hasRemaining()) {
      bytes.putLong(random.nextLong());
    }
    return bytes.array();
  }

  static PutSnapshotBlockResponse put(EbsClient ebs, String id, int index, byte[] data) {
    return ebs.putSnapshotBlock(
        r ->
            r.snapshotId(id)
                .blockIndex(index)
                .dataLength(data.length)
                .checksum(base64(sha256(data)))
                .checksumAlgorithm(ChecksumAlgorithm.SHA256),
        RequestBody.fromBytes(data));
  }

  /** Completes with the count and checksum of the given blocks, by index. */
  static void complete(EbsClient ebs, String id, Map<Integer, byte[]> blocks) {
    ByteBuffer digests = ByteBuffer.allocate(blocks.size() * 32);
    new TreeMap<>(blocks).values().forEach(data -> digests.put(sha256(data)));
    ebs.completeSnapshot(
        r ->
            r.snapshotId(id)
                .changedBlocksCount(blocks.size())
                .checksum(base64(sha256(digests.array())))
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .checksumAggregationMethod(ChecksumAggregationMethod.LINEAR));
  }

  /** A completed snapshot of 1 GiB with the given blocks; the endpoint completes without delay. */
  static String snapshot(EbsClient ebs, Map<Integer, byte[]> blocks) {
    String id = ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
    blocks.forEach((index, data) -> put(ebs, id, index, data));
    complete(ebs, id, blocks);
    return id;
  }

  static List<Block> list(EbsClient ebs, String id) {
    List<Block> blocks = new ArrayList<>();
    String token = null;
    do {
      String page = token;
      var response = ebs.listSnapshotBlocks(r -> r.snapshotId(id).nextToken(page));
      blocks.addAll(response.blocks());
      token = response.nextToken();
    } while (token != null);
    return blocks;
  }

  static ResponseBytes<GetSnapshotBlockResponse> get(EbsClient ebs, String id, Block block) {
    return ebs.getSnapshotBlockAsBytes(
        r -> r.snapshotId(id).blockIndex(block.blockIndex()).blockToken(block.blockToken()));
  }

  /** All blocks of a snapshot, read back and checked against their checksums. */
  static Map<Integer, byte[]> read(EbsClient ebs, String id) {
    Map<Integer, byte[]> blocks = new TreeMap<>();
    for (Block block : list(ebs, id)) {
      ResponseBytes<GetSnapshotBlockResponse> got = get(ebs, id, block);
      byte[] data = got.asByteArray();
      if (!got.response().checksum().equals(base64(sha256(data)))) {
        throw new AssertionError("checksum of block " + block.blockIndex());
      }
      blocks.put(block.blockIndex(), data);
    }
    return blocks;
  }
}
