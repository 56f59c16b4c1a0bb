package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** One account in one region, seen through the plain SDK: nothing of the tool's own code. */
final class Witness implements AutoCloseable {
  private final EbsClient ebs;
  private final Ec2Client ec2;

  Witness(URI endpoint, String region, String key, String secret) {
    AwsCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret));
    ebs =
        EbsClient.builder()
            .endpointOverride(endpoint)
            .region(Region.of(region))
            .credentialsProvider(credentials)
            .build();
    ec2 =
        Ec2Client.builder()
            .endpointOverride(endpoint)
            .region(Region.of(region))
            .credentialsProvider(credentials)
            .build();
  }

  /** A block whose bytes are all the same. */
  static byte[] block(int value) {
    byte[] bytes = new byte[DiskImage.BLOCK];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  String pending(int volumeGiB) {
    return ebs.startSnapshot(r -> r.volumeSize((long) volumeGiB)).snapshotId();
  }

  /** A completed snapshot with these blocks. */
  String completed(int volumeGiB, Map<Integer, byte[]> blocks) throws InterruptedException {
    return completed(volumeGiB, blocks, "", Map.of());
  }

  String completed(
      int volumeGiB, Map<Integer, byte[]> blocks, String description, Map<String, String> tags)
      throws InterruptedException {
    String id =
        ebs.startSnapshot(
                r ->
                    r.volumeSize((long) volumeGiB)
                        .description(description.isEmpty() ? null : description)
                        .tags(
                            tags.entrySet().stream()
                                .map(
                                    tag ->
                                        software.amazon.awssdk.services.ebs.model.Tag.builder()
                                            .key(tag.getKey())
                                            .value(tag.getValue())
                                            .build())
                                .toList()))
            .snapshotId();
    return complete(id, blocks);
  }

  /** A completed child of a snapshot with these blocks of its own. */
  String child(String parent, int volumeGiB, Map<Integer, byte[]> blocks)
      throws InterruptedException {
    String id =
        ebs.startSnapshot(r -> r.volumeSize((long) volumeGiB).parentSnapshotId(parent))
            .snapshotId();
    return complete(id, blocks);
  }

  private String complete(String id, Map<Integer, byte[]> blocks) throws InterruptedException {
    blocks.forEach((index, bytes) -> put(id, index, bytes));
    ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(blocks.size()));
    while (!describe(id).stateAsString().equals("completed")) {
      Thread.sleep(10);
    }
    return id;
  }

  private void put(String id, int index, byte[] bytes) {
    ebs.putSnapshotBlock(
        r ->
            r.snapshotId(id)
                .blockIndex(index)
                .dataLength(bytes.length)
                .checksum(sha256(bytes))
                .checksumAlgorithm(ChecksumAlgorithm.SHA256),
        RequestBody.fromBytes(bytes));
  }

  static String sha256(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  Snapshot describe(String id) {
    return ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().get(0);
  }

  /** The ids of all snapshots of the account in the region, whatever their state. */
  Set<String> snapshots() {
    return ec2.describeSnapshots(r -> r.ownerIds("self")).snapshots().stream()
        .map(Snapshot::snapshotId)
        .collect(Collectors.toSet());
  }

  Map<String, String> tags(String id) {
    Map<String, String> tags = new TreeMap<>();
    describe(id).tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    return tags;
  }

  /** The indexes of the blocks that were written. */
  List<Integer> listed(String id) {
    return blocks(id).stream().map(Block::blockIndex).toList();
  }

  private List<Block> blocks(String id) {
    List<Block> blocks = new ArrayList<>();
    ebs.listSnapshotBlocksPaginator(r -> r.snapshotId(id))
        .forEach(page -> blocks.addAll(page.blocks()));
    return blocks;
  }

  /** What {@link #contents} has to be of a snapshot of these blocks, none of them zeros. */
  static Map<Integer, String> digests(Map<Integer, byte[]> blocks) {
    Map<Integer, String> digests = new TreeMap<>();
    blocks.forEach((index, bytes) -> digests.put(index, sha256(bytes)));
    return digests;
  }

  /** The digests of the blocks that hold anything but zeros, by index. */
  Map<Integer, String> contents(String id) {
    Map<Integer, String> digests = new TreeMap<>();
    String zeros = sha256(block(0));
    for (Block block : blocks(id)) {
      String digest = sha256(read(id, block));
      if (!digest.equals(zeros)) {
        digests.put(block.blockIndex(), digest);
      }
    }
    return digests;
  }

  private byte[] read(String id, Block block) {
    return ebs.getSnapshotBlockAsBytes(
            r -> r.snapshotId(id).blockIndex(block.blockIndex()).blockToken(block.blockToken()))
        .asByteArray();
  }

  /** The blocks of the list of changes: whether the second snapshot has them, by index. */
  Map<Integer, Boolean> changes(String first, String second) {
    Map<Integer, Boolean> changes = new TreeMap<>();
    ebs.listChangedBlocksPaginator(r -> r.firstSnapshotId(first).secondSnapshotId(second))
        .forEach(
            page ->
                page.changedBlocks()
                    .forEach(
                        each -> changes.put(each.blockIndex(), each.secondBlockToken() != null)));
    return changes;
  }

  /** Writes what a volume of the snapshot would hold, as a user of the API reads it. */
  Path restore(String id, Path file) throws IOException {
    try (RandomAccessFile volume = new RandomAccessFile(file.toFile(), "rw")) {
      volume.setLength(describe(id).volumeSize() * DiskImage.GIB);
      for (Block block : blocks(id)) {
        volume.seek((long) block.blockIndex() * DiskImage.BLOCK);
        volume.write(read(id, block));
      }
    }
    return file;
  }

  @Override
  public void close() {
    ebs.close();
    ec2.close();
  }
}
