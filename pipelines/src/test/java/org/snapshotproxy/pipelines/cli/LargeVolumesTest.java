package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** Volumes of tens of GiB, thinly filled over their whole length, of which one grew. */
@Tag("either-line")
class LargeVolumesTest {
  private static final int GIB = 40;
  private static final int GROWN = 48;

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private String first;

  /** A child of the first, larger, with blocks that are new, changed, zeroed and gone. */
  private String second;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    SyntheticSpec spec = SyntheticSpec.full(11, 0.002).withRun(3).withZeros(0.2);
    first = cloud.control().synthetic("us-east-1", GIB, spec);
    List<Integer> listed = virginia.listed(first);
    Map<Integer, byte[]> changes = new TreeMap<>();
    changes.put(listed.get(0), Witness.block(1));
    changes.put(listed.get(listed.size() / 2), Witness.block(0));
    changes.put(GIB * 2048 - 1, Witness.block(2));
    changes.put(GIB * 2048, Witness.block(3));
    changes.put(GROWN * 2048 - 1, Witness.block(4));
    second = virginia.child(first, GROWN, changes);
    cloud.control().loseBlocks(second, listed.get(listed.size() / 3), 1);
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  /** That a file has the length, the data and the emptiness that a volume of a snapshot has. */
  private void assertReadsAs(String snapshot, Path file) throws Exception {
    Map<Integer, String> contents = virginia.contents(snapshot);
    assertThat(contents).hasSizeGreaterThan(100);
    assertThat(Files.size(file))
        .isEqualTo(virginia.describe(snapshot).volumeSize() * DiskImage.GIB);
    Map<Integer, String> read = new TreeMap<>();
    try (RandomAccessFile volume = new RandomAccessFile(file.toFile(), "r")) {
      byte[] block = new byte[DiskImage.BLOCK];
      for (int index : contents.keySet()) {
        volume.seek((long) index * DiskImage.BLOCK);
        volume.readFully(block);
        read.put(index, Witness.sha256(block));
      }
    }
    assertThat(read).isEqualTo(contents);
    // So there is nothing but holes elsewhere; the file system's own blocks are a few.
    assertThat(Shell.allocatedBytes(file)).isLessThan((contents.size() + 1L) * DiskImage.BLOCK);
  }

  @Test
  void aFileIsDownloadedAndBroughtToTheGrownVolume() throws Exception {
    Path target = file("volume.img");

    cloud.fsp("download", first, target.toString()).succeeded();
    assertReadsAs(first, target);
    cloud.fsp("deltadownload", first, second, target.toString()).succeeded();
    assertReadsAs(second, target);
  }

  @Test
  void severalFilesAreCloned() throws Exception {
    Path list =
        Files.write(
            file("targets.txt"), List.of(file("a.img").toString(), file("b.img").toString()));

    cloud.fsp("multiclone", second, list.toString()).succeeded();

    assertReadsAs(second, file("a.img"));
    assertReadsAs(second, file("b.img"));
  }

  @Test
  void aCopyIsSyncedToTheGrownVolume() throws Exception {
    Witness ireland = cloud.in("eu-west-1");
    String copy =
        cloud.fsp("copy", first, "-o", "us-east-1", "-d", "eu-west-1").succeeded().lastLine();
    assertThat(ireland.listed(copy)).isEqualTo(virginia.listed(first));
    assertThat(ireland.contents(copy)).isEqualTo(virginia.contents(first));

    Invocation sync =
        cloud.fsp("sync", first, second, copy, "-o", "us-east-1", "-d", "eu-west-1").succeeded();

    String synced = sync.lines().get(1);
    assertThat(ireland.describe(synced).volumeSize()).isEqualTo(GROWN);
    assertThat(ireland.contents(synced)).isEqualTo(virginia.contents(second));
  }

  @Test
  void anImageWithATailIsUploadedAndFannedOut() throws Exception {
    DiskImage image = DiskImage.sparse(30 * DiskImage.GIB + 777, 8);
    Path file = image.create(file("disk.img"));
    Path list = Files.write(file("regions.txt"), List.of("us-east-1", "eu-west-1"));

    String uploaded =
        cloud.fsp("upload", file.toString(), "-d", "us-east-1").succeeded().lastLine();
    assertIsTheImage(image, virginia, uploaded);
    JsonNode snapshots =
        new ObjectMapper()
            .readTree(cloud.fsp("fanout", file.toString(), list.toString()).lastLine());
    assertIsTheImage(image, virginia, snapshots.get("us-east-1").asText());
    assertIsTheImage(image, cloud.in("eu-west-1"), snapshots.get("eu-west-1").asText());
  }

  private static void assertIsTheImage(DiskImage image, Witness there, String id) throws Exception {
    assertThat(there.describe(id).volumeSize()).isEqualTo(31);
    assertThat(there.listed(id))
        .containsExactly(image.touched().stream().boxed().toArray(Integer[]::new));
    assertThat(there.contents(id)).isEqualTo(image.contents());
  }
}
