package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.store.SyntheticSpec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;

class RestartTest {
  @TempDir Path directory;

  private LocalEndpoint start() throws IOException {
    return LocalEndpoint.start(
        EndpointConfig.builder().dataDirectory(directory).completionDelay(Duration.ZERO).build());
  }

  @Test
  void completedPendingAndSyntheticSnapshotsSurviveWithTheirTokens() throws IOException {
    String done;
    String pending;
    String synthetic;
    Block token;
    try (LocalEndpoint endpoint = start();
        EbsClient ebs = Clients.ebs(endpoint.uri())) {
      done = Clients.snapshot(ebs, Map.of(5, Clients.block(5)));
      token = Clients.list(ebs, done).get(0);
      pending =
          ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(done).clientToken("t"))
              .snapshotId();
      Clients.put(ebs, pending, 6, Clients.block(6));
      synthetic = endpoint.control().synthetic("us-east-1", 1, SyntheticSpec.full(1, 0.5));
    }
    try (LocalEndpoint endpoint = start();
        EbsClient ebs = Clients.ebs(endpoint.uri())) {
      assertThat(Clients.get(ebs, done, token).asByteArray()).isEqualTo(Clients.block(5));
      assertThat(
              ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(done).clientToken("t"))
                  .snapshotId())
          .isEqualTo(pending);
      Clients.put(ebs, pending, 7, Clients.block(7));
      Clients.complete(ebs, pending, Map.of(6, Clients.block(6), 7, Clients.block(7)));
      assertThat(Clients.read(ebs, pending)).containsOnlyKeys(5, 6, 7);
      assertThat(Clients.list(ebs, synthetic).size()).isBetween(800, 1250);
    }
  }

  @Test
  void aDirectoryHasOneServer() throws IOException {
    try (LocalEndpoint endpoint = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another server");
      assertThat(endpoint.port()).isPositive();
    }
    start().close();
  }

  @Test
  void aFolderHalfMadeIsSweptAway() throws IOException {
    start().close();
    Path half = Files.createDirectories(directory.resolve("snapshots/snap-0abc"));
    Files.writeString(half.resolve("index"), "x");
    start().close();
    assertThat(half).doesNotExist();
  }

  @Test
  void aTornRecordCountsAsNeverWritten() throws IOException {
    String id;
    try (LocalEndpoint endpoint = start();
        EbsClient ebs = Clients.ebs(endpoint.uri())) {
      id = ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
      Clients.put(ebs, id, 0, Clients.block(0));
      Clients.put(ebs, id, 1, Clients.block(1));
    }
    Path index = directory.resolve("snapshots").resolve(id).resolve("index");
    byte[] bytes = Files.readAllBytes(index);
    bytes[64 + 20] ^= 1;
    Files.write(index, bytes);
    try (LocalEndpoint endpoint = start();
        EbsClient ebs = Clients.ebs(endpoint.uri())) {
      Clients.complete(ebs, id, Map.of(0, Clients.block(0)));
      assertThat(Clients.read(ebs, id)).containsOnlyKeys(0);
    }
  }

  /** What a client of the killed server knows: per snapshot, the blocks acknowledged. */
  private static final class Oracle {
    final Map<String, Map<Integer, Long>> completed = new ConcurrentHashMap<>();
    final Semaphore puts = new Semaphore(0);
  }

  @Test
  void killedAmidPutsEveryCompletedSnapshotIsRight() throws Exception {
    Oracle oracle = new Oracle();
    for (int round = 0; round < 3; round++) {
      Process server = serve();
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
        URI uri = URI.create(out.readLine());
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 3; w++) {
          long seed = round * 100L + w;
          Thread writer = new Thread(() -> write(uri, oracle, seed));
          writer.start();
          writers.add(writer);
        }
        assertThat(oracle.puts.tryAcquire(40 + round * 17, 60, TimeUnit.SECONDS)).isTrue();
        server.destroyForcibly();
        assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
        for (Thread writer : writers) {
          writer.join();
        }
      }
    }
    assertThat(oracle.completed).hasSizeGreaterThan(6);
    try (LocalEndpoint endpoint = start();
        EbsClient ebs = Clients.ebs(endpoint.uri())) {
      oracle.completed.forEach(
          (id, blocks) -> {
            Map<Integer, byte[]> read = Clients.read(ebs, id);
            assertThat(read.keySet()).isEqualTo(blocks.keySet());
            blocks.forEach(
                (index, content) ->
                    assertThat(Clients.sha256(read.get(index)))
                        .isEqualTo(Clients.sha256(Clients.block(content))));
          });
    }
  }

  private Process serve() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            Serve.class.getName(),
            "0",
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Writes snapshot after snapshot, each a child of the last, until the server is gone. */
  private static void write(URI uri, Oracle oracle, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Integer, Long> all = new TreeMap<>();
    String parent = null;
    try (EbsClient ebs = Clients.ebs(uri)) {
      while (true) {
        String above = parent;
        String id = ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(above)).snapshotId();
        Map<Integer, byte[]> own = new TreeMap<>();
        Map<Integer, Long> next = new TreeMap<>(all);
        for (int i = 0; i < 6; i++) {
          int index = random.nextInt(16);
          long content = random.nextLong();
          Clients.put(ebs, id, index, Clients.block(content));
          oracle.puts.release();
          own.put(index, Clients.block(content));
          next.put(index, content);
        }
        Clients.complete(ebs, id, own);
        oracle.completed.put(id, next);
        all = next;
        parent = id;
      }
    } catch (SdkException serverKilled) {
      assertThat(serverKilled).isNotNull();
    }
  }
}
