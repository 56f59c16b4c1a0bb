package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interrupts and kills in the middle of a transfer, which one block that never comes holds up. */
@Tag("either-line")
class InterruptionIT {
  private static final int INTERRUPTED = 130;

  @TempDir Path directory;
  private Path work;
  private TestCloud cloud;
  private Witness virginia;

  @BeforeEach
  void start() throws Exception {
    work = Files.createDirectory(directory.resolve("work"));
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @Test
  void anInterruptedUploadDeletesTheSnapshotItStarted() throws Exception {
    Path image = DiskImage.full(20_000_000, 1).create(work.resolve("disk.img"));
    cloud.control().addFault("stall:op=PutSnapshotBlock,block=5");
    try (Launched upload = Launched.start(directory, cloud.url(), "upload", image.toString())) {
      Await.until("a block that was put", () -> cloud.answered("PutSnapshotBlock") > 0);

      upload.interrupt();

      Invocation ended = upload.end();
      assertThat(ended.code()).isEqualTo(INTERRUPTED);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err()).contains("fsp: deleted snap-").doesNotContain("\tat ");
      assertThat(virginia.snapshots()).isEmpty();
    }
  }

  @Test
  void anInterruptedDownloadLeavesNoFile() throws Exception {
    String id = virginia.completed(1, Map.of(0, Witness.block(1), 5, Witness.block(2)));
    cloud.control().addFault("stall:op=GetSnapshotBlock,block=5");
    Path target = work.resolve("disk.img");
    try (Launched download =
        Launched.start(directory, cloud.url(), "download", id, target.toString())) {
      Await.until("a block that was read", () -> cloud.answered("GetSnapshotBlock") > 0);
      assertThat(files()).as("the partial file").hasSize(1);

      download.interrupt();

      Invocation ended = download.end();
      assertThat(ended.code()).isEqualTo(INTERRUPTED);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err()).doesNotContain("\tat ");
      assertThat(files()).isEmpty();
    }
  }

  @Test
  void anInterruptedFanoutDeletesEverySnapshotItStarted() throws Exception {
    Path image = DiskImage.full(20_000_000, 1).create(work.resolve("disk.img"));
    Path list = Files.writeString(work.resolve("regions.txt"), "us-east-1\neu-west-1\n");
    Path again = work.resolve("again.txt");
    cloud.control().addFault("stall:op=PutSnapshotBlock,block=5");
    Witness ireland = cloud.in("eu-west-1");
    try (Launched fanout =
        Launched.start(
            directory,
            cloud.url(),
            "fanout",
            image.toString(),
            list.toString(),
            "--failed",
            again.toString())) {
      Await.until("a block that was put", () -> cloud.answered("PutSnapshotBlock") > 0);
      assertThat(virginia.snapshots()).hasSize(1);
      assertThat(ireland.snapshots()).hasSize(1);

      fanout.interrupt();

      Invocation ended = fanout.end();
      assertThat(ended.code()).isEqualTo(INTERRUPTED);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err().lines())
          .filteredOn(line -> line.startsWith("fsp: deleted snap-"))
          .hasSize(2);
      assertThat(virginia.snapshots()).isEmpty();
      assertThat(ireland.snapshots()).isEmpty();
      assertThat(again).hasSameTextualContentAs(list);
    }
  }

  @Test
  void anEndpointThatIsKilledInTheMiddleOfACopyIsASentence() throws Exception {
    try (Launched endpoint =
        Launched.start(
            directory,
            "",
            "endpoint",
            "--port",
            "0",
            "--fault",
            "stall:op=PutSnapshotBlock,block=5")) {
      String url = endpoint.firstLine().substring("Listening on ".length());
      Path image = DiskImage.full(20_000_000, 1).create(work.resolve("disk.img"));
      try (Launched upload =
          Launched.start(
              directory, url, "-D", "fsp.outage.patience=3s", "upload", image.toString())) {
        Witness there = cloud.at(url, "us-east-1");
        Await.until("a snapshot that was started", () -> !there.snapshots().isEmpty());
        String started = there.snapshots().iterator().next();

        endpoint.kill();

        Invocation ended = upload.end();
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines().toList()).allMatch(line -> line.startsWith("fsp: "));
        assertThat(ended.err()).contains("could not connect").contains(started);
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      return files.toList();
    }
  }
}
