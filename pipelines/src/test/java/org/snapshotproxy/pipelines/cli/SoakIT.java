package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/**
 * Command after command in changing {@link Weather}, here and on a cluster, with the endpoint
 * restarted and processes killed, until the time is up. {@code -Dfsp.soak.seconds=N} gives it more
 * time, {@code -Dfsp.soak.seed=N} the choices of another run.
 */
@Tag("either-line")
class SoakIT {
  private static final int TASK_MANAGERS = 2;

  @TempDir Path directory;
  private final long seed = Long.getLong("fsp.soak.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private TestCloud cloud;
  private TestBucket bucket;
  private ClusterProcesses cluster;
  private Witness virginia;
  private Witness ireland;
  private String first;
  private String second;

  /** A command, and what proves that it did what it was to do. */
  private record Trial(List<String> arguments, boolean resumable, Check check) {}

  private interface Check {
    void holds() throws Exception;
  }

  private interface Choice {
    Trial prepare(Path room) throws Exception;
  }

  private final List<Choice> choices =
      List.of(
          this::copy,
          this::upload,
          this::download,
          this::deltaDownload,
          this::sync,
          this::multiclone,
          this::fanout,
          this::archive);

  @BeforeEach
  void start() throws Exception {
    Path data = Files.createDirectory(directory.resolve("endpoint"));
    cloud = TestCloud.start(config -> config.dataDirectory(data));
    bucket = new TestBucket();
    virginia = cloud.in("us-east-1");
    ireland = cloud.in("eu-west-1");
    cluster =
        ClusterProcesses.start(
            directory.resolve("cluster"),
            TASK_MANAGERS,
            "-D",
            "execution.checkpointing.interval-during-backlog=1s");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
    bucket.close();
    cloud.close();
  }

  @Test
  void everySnapshotIsExactAndSealedOnce() throws Exception {
    long end =
        System.nanoTime() + Duration.ofSeconds(Long.getLong("fsp.soak.seconds", 90)).toNanos();
    System.err.println("the soak has the seed " + seed);
    for (int round = 0; System.nanoTime() < end || round < choices.size() / 2; round++) {
      Path room = Files.createDirectory(directory.resolve("round-" + round));
      inventSnapshots();
      Trial trial = choices.get(random.nextInt(choices.size())).prepare(room);
      Set<String> before = ireland.snapshots();
      weather(round, room, trial);
      trial.check().holds();
      Set<String> pending = new HashSet<>(ireland.snapshots());
      pending.removeIf(id -> ireland.describe(id).stateAsString().equals("completed"));
      assertThat(pending).as("left pending, of %s", before).isEmpty();
    }
  }

  private void inventSnapshots() throws Exception {
    SyntheticSpec spec =
        SyntheticSpec.full(random.nextLong(), 0.01 + random.nextDouble() / 8)
            .withRun(1 + random.nextInt(70))
            .withZeros(random.nextInt(3) / 10.0);
    first = cloud.control().synthetic("us-east-1", 1, spec);
    second =
        cloud
            .control()
            .syntheticChild(first, SyntheticSpec.delta(random.nextLong(), 0.2, 0.02, 0.2));
  }

  /** Runs the command until it has succeeded; only its own kills are a reason to repeat it. */
  private void weather(int round, Path room, Trial trial) throws Exception {
    boolean here = random.nextBoolean();
    int kills = here && trial.resumable() ? random.nextInt(3) : 0;
    List<String> words = new ArrayList<>(trial.arguments());
    if (!here) {
      words.addAll(0, List.of("--cluster", cluster.address()));
    } else if (kills > 0) {
      words.addAll(0, List.of("--run-id", "soak-" + round, "-D", "fsp.state.dir=" + room));
    }
    List<Weather.Event> events = here ? List.of() : List.of(this::killTaskManager);
    String title = "seed %d, round %d, %d kills: fsp %s".formatted(seed, round, kills, words);
    System.err.println(title);
    try (Weather weather = new Weather(cloud, new Random(random.nextLong()), events)) {
      for (int kill = 0; kill < kills; kill++) {
        try (Launched command = launch(room, words)) {
          if (!command.endsWithin(4000 + random.nextInt(6000))) {
            command.kill();
          }
        }
      }
      try (Launched command = launch(room, words)) {
        Invocation ended = command.end();
        assertThat(ended.code())
            .as("%s%n%s%n%s", title, String.join("\n", weather.log()), ended.err())
            .isZero();
      }
    }
  }

  private Launched launch(Path room, List<String> words) throws Exception {
    return Launched.start(room, cloud.url(), words.toArray(String[]::new));
  }

  private void killTaskManager() throws Exception {
    List<String> workers =
        cluster.processes().stream().filter(name -> name.startsWith("task")).toList();
    cluster.kill(workers.get(random.nextInt(workers.size())));
    cluster.run("taskmanager");
  }

  // --- the commands --------------------------------------------------------------------------

  private Trial copy(Path room) {
    return filling(room, first, true, "-o", "us-east-1", "copy", first, "-d", "eu-west-1");
  }

  private Trial upload(Path room) throws Exception {
    Path image = virginia.restore(first, room.resolve("image"));
    return filling(room, first, true, "-o", "eu-west-1", "upload", image.toString());
  }

  private Trial sync(Path room) {
    String base =
        cloud.fsp("-o", "us-east-1", "copy", first, "-d", "eu-west-1").succeeded().lastLine();
    return filling(
        room, second, true, "-o", "us-east-1", "sync", first, second, base, "-d", "eu-west-1");
  }

  private Trial fanout(Path room) throws Exception {
    Path image = virginia.restore(first, room.resolve("image"));
    Path list = Files.writeString(room.resolve("regions"), "eu-west-1\nus-west-2\n");
    Witness oregon = cloud.in("us-west-2");
    Set<String> before = oregon.snapshots();
    Trial ireland = filling(room, first, false, "fanout", image.toString(), list.toString());
    return new Trial(
        ireland.arguments(),
        false,
        () -> {
          ireland.check().holds();
          assertIsNew(oregon, before, image, room);
        });
  }

  /** A command that makes one snapshot in Ireland. */
  private Trial filling(Path room, String expected, boolean resumable, String... arguments) {
    Set<String> before = ireland.snapshots();
    return new Trial(
        List.of(arguments),
        resumable,
        () ->
            assertIsNew(
                ireland, before, virginia.restore(expected, room.resolve("expected")), room));
  }

  private static void assertIsNew(Witness region, Set<String> before, Path expected, Path room)
      throws Exception {
    Set<String> made = new HashSet<>(region.snapshots());
    made.removeAll(before);
    assertThat(made).hasSize(1);
    String id = made.iterator().next();
    Shell.assertSameBytes(expected, region.restore(id, room.resolve(id)));
  }

  private Trial download(Path room) {
    Path file = room.resolve("disk.img");
    return onto(room, first, List.of(file), "download", first, file.toString());
  }

  private Trial deltaDownload(Path room) throws Exception {
    Path file = virginia.restore(first, room.resolve("disk.img"));
    return onto(room, second, List.of(file), "deltadownload", first, second, file.toString());
  }

  private Trial multiclone(Path room) throws Exception {
    List<Path> files = Stream.of("a", "b", "c").map(room::resolve).toList();
    Path list = Files.writeString(room.resolve("list"), "%s\n%s\n%s\n".formatted(files.toArray()));
    return onto(room, first, files, "multiclone", first, list.toString());
  }

  private Trial archive(Path room) throws Exception {
    Path file = room.resolve("back.img");
    String[] s3 = {"--s3-endpoint-url", TestBucket.url()};
    String place = bucket.name() + "/" + room.getFileName();
    if (random.nextBoolean()) {
      bucket.fsp(cloud, "-o", "us-east-1", "movetos3", first, place).succeeded();
      return onto(
          room, first, List.of(file), "getfroms3", first, place, file.toString(), s3[0], s3[1]);
    }
    Check check =
        () -> {
          bucket
              .fsp(cloud, "-o", "us-east-1", "getfroms3", first, place, file.toString())
              .succeeded();
          Shell.assertSameBytes(virginia.restore(first, room.resolve("expected")), file);
        };
    return new Trial(
        List.of("-o", "us-east-1", "movetos3", first, place, s3[0], s3[1]), false, check);
  }

  private Trial onto(Path room, String expected, List<Path> files, String... arguments) {
    List<String> words = new ArrayList<>(List.of("-o", "us-east-1"));
    words.addAll(List.of(arguments));
    return new Trial(
        words,
        false,
        () -> {
          Path whole = virginia.restore(expected, room.resolve("expected"));
          files.forEach(file -> Shell.assertSameBytes(whole, file));
        });
  }
}
