package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.pipelines.cli.DiskImage.Extent;

/**
 * Options about zeros change what is sent, never what the destination reads as: holes are blocks 1,
 * 2 and 4 to 9, written zeros block 3, data blocks 0 and 10.
 */
class ZerosTest {
  private static final int BLOCK = DiskImage.BLOCK;
  private static final DiskImage IMAGE =
      new DiskImage(
          10 * BLOCK + 100,
          List.of(
              new Extent(0, BLOCK, 1),
              new Extent(3 * BLOCK, BLOCK, 0),
              new Extent(10 * BLOCK, 100, 2)));

  private static final Map<Integer, byte[]> BLOCKS =
      Map.of(0, Witness.block(1), 5, Witness.block(0), 2047, Witness.block(2));

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start(config -> config.dataDirectory(directory.resolve("endpoint")));
    virginia = cloud.in("us-east-1");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @Test
  void uploadLeavesOutHolesAndSendsWrittenZeros() throws Exception {
    assertThat(virginia.listed(upload())).containsExactly(0, 3, 10);
  }

  @Test
  void uploadSkippingZerosSendsDataOnly() throws Exception {
    assertThat(virginia.listed(upload("--skip-zeros"))).containsExactly(0, 10);
  }

  @Test
  void fullUploadSendsEveryBlockOfTheImage() throws Exception {
    assertThat(virginia.listed(upload("--full-copy")))
        .containsExactlyElementsOf(IntStream.rangeClosed(0, 10).boxed().toList());
  }

  private String upload(String... options) throws IOException {
    Path image = IMAGE.create(directory.resolve("disk.img"));
    String[] arguments = new String[options.length + 4];
    System.arraycopy(
        new String[] {"upload", image.toString(), "-d", "us-east-1"}, 0, arguments, 0, 4);
    System.arraycopy(options, 0, arguments, 4, options.length);
    String id = cloud.fsp(arguments).succeeded().lastLine();
    Shell.assertSameBytes(
        IMAGE.as(directory.resolve("volume"), DiskImage.GIB),
        virginia.restore(id, directory.resolve("restored")));
    return id;
  }

  @Test
  void copySendsWhatIsListedZerosAmongIt() throws Exception {
    assertCopySends(List.of(0, 5, 2047));
  }

  @Test
  void copySkippingZerosSendsDataOnly() throws Exception {
    assertCopySends(List.of(0, 2047), "--skip-zeros");
  }

  @Test
  void fullCopySendsEveryBlockOfTheVolume() throws Exception {
    assertCopySends(IntStream.range(0, 2048).boxed().toList(), "-f");
  }

  private void assertCopySends(List<Integer> blocks, String... options) throws Exception {
    String origin = virginia.completed(1, BLOCKS);
    long putBefore = cloud.answered("PutSnapshotBlock");
    String[] arguments = new String[options.length + 4];
    System.arraycopy(new String[] {"copy", origin, "-d", "eu-west-1"}, 0, arguments, 0, 4);
    System.arraycopy(options, 0, arguments, 4, options.length);

    String copy = cloud.fsp(arguments).succeeded().lastLine();

    Witness ireland = cloud.in("eu-west-1");
    assertThat(ireland.listed(copy)).isEqualTo(blocks);
    assertThat(cloud.answered("PutSnapshotBlock") - putBefore).isEqualTo(blocks.size());
    Shell.assertSameBytes(
        virginia.restore(origin, directory.resolve("expected")),
        ireland.restore(copy, directory.resolve("restored")));
  }

  @Test
  void skippingZerosAndSendingEverythingExcludeEachOther() {
    Invocation copy = cloud.fsp("copy", "snap-0123", "--skip-zeros", "-f");

    assertThat(copy.code()).isEqualTo(2);
    assertThat(copy.err()).contains("--skip-zeros").contains("--full_copy").hasLineCount(1);
  }
}
