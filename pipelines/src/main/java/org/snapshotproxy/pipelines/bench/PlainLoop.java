package org.snapshotproxy.pipelines.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;

/**
 * What one would write without this tool: a pool of threads, each taking the next block, with the
 * SDK as it comes. It makes the same requests and the same checks: SHA-256 of every block read,
 * acknowledged checksum of every block put, count and LINEAR checksum at the end.
 */
final class PlainLoop {
  private static final int THREADS = 64;

  private final EbsClient ebs =
      EbsClient.builder()
          .httpClient(ApacheHttpClient.builder().maxConnections(2 * THREADS).build())
          .build();

  private PlainLoop() {}

  /** {@code copy SNAPSHOT}, {@code download SNAPSHOT FILE} or {@code upload FILE}. */
  static void run(String[] arguments) throws Exception {
    PlainLoop loop = new PlainLoop();
    switch (arguments[0]) {
      case "copy" -> loop.copy(arguments[1]);
      case "download" -> loop.download(arguments[1], Path.of(arguments[2]));
      case "upload" -> loop.upload(Path.of(arguments[1]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private void copy(String from) throws Exception {
    List<Block> blocks = list(from);
    String to = start((blocks.size() + 2047) / 2048);
    byte[][] digests = new byte[blocks.size()][];
    each(
        blocks.size(),
        i -> {
          Block block = blocks.get(i);
          Read read = get(from, block);
          digests[i] = read.digest();
          put(to, block.blockIndex(), read.data(), read.digest());
        });
    complete(to, digests);
  }

  private void download(String from, Path file) throws Exception {
    List<Block> blocks = list(from);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      each(
          blocks.size(),
          i -> {
            Block block = blocks.get(i);
            long offset = Blocks.offset(block.blockIndex());
            ByteBuffer buffer = ByteBuffer.wrap(get(from, block).data());
            while (buffer.hasRemaining()) {
              channel.write(buffer, offset + buffer.position());
            }
          });
      channel.force(true);
    }
  }

  private void upload(Path file) throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int count = Blocks.blocksFor(channel.size());
      String to = start(Blocks.volumeGiBFor(channel.size()));
      byte[][] digests = new byte[count][];
      each(
          count,
          i -> {
            byte[] data = new byte[Blocks.SIZE];
            ByteBuffer buffer = ByteBuffer.wrap(data);
            while (buffer.hasRemaining()
                && channel.read(buffer, Blocks.offset(i) + buffer.position()) >= 0) {
              // Until the block is full or the file ends.
              continue;
            }
            digests[i] = Digests.sha256(data);
            put(to, i, data, digests[i]);
          });
      complete(to, digests);
    }
  }

  private List<Block> list(String snapshot) {
    List<Block> blocks = new ArrayList<>();
    String token = null;
    do {
      String page = token;
      ListSnapshotBlocksResponse response =
          ebs.listSnapshotBlocks(r -> r.snapshotId(snapshot).nextToken(page).maxResults(10_000));
      blocks.addAll(response.blocks());
      token = response.nextToken();
    } while (token != null);
    return blocks;
  }

  /** A block that was read, and the digest it was checked with. */
  private record Read(byte[] data, byte[] digest) {}

  private Read get(String snapshot, Block block) {
    ResponseBytes<GetSnapshotBlockResponse> response =
        ebs.getSnapshotBlockAsBytes(
            r ->
                r.snapshotId(snapshot)
                    .blockIndex(block.blockIndex())
                    .blockToken(block.blockToken()));
    byte[] data = response.asByteArrayUnsafe();
    byte[] digest = Digests.sha256(data);
    if (!Base64.getEncoder().encodeToString(digest).equals(response.response().checksum())) {
      throw new IllegalStateException("block " + block.blockIndex() + " came damaged");
    }
    return new Read(data, digest);
  }

  private void put(String snapshot, int index, byte[] data, byte[] digest) {
    String checksum = Base64.getEncoder().encodeToString(digest);
    String acknowledged =
        ebs.putSnapshotBlock(
                r ->
                    r.snapshotId(snapshot)
                        .blockIndex(index)
                        .dataLength(Blocks.SIZE)
                        .checksum(checksum)
                        .checksumAlgorithm(ChecksumAlgorithm.SHA256),
                RequestBody.fromBytes(data))
            .checksum();
    if (!checksum.equals(acknowledged)) {
      throw new IllegalStateException("block " + index + " was acknowledged with another checksum");
    }
  }

  private String start(int gib) {
    return ebs.startSnapshot(r -> r.volumeSize((long) gib)).snapshotId();
  }

  private void complete(String snapshot, byte[][] digests) {
    MessageDigest linear = Digests.newSha256();
    for (byte[] digest : digests) {
      linear.update(digest);
    }
    ebs.completeSnapshot(
        r ->
            r.snapshotId(snapshot)
                .changedBlocksCount(digests.length)
                .checksum(Base64.getEncoder().encodeToString(linear.digest()))
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .checksumAggregationMethod(ChecksumAggregationMethod.LINEAR));
  }

  private static void each(int count, Step step) throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> workers = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      workers.add(
          pool.submit(
              () -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                  try {
                    step.run(i);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }
              }));
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
    pool.shutdown();
  }

  private interface Step {
    void run(int index) throws IOException;
  }
}
