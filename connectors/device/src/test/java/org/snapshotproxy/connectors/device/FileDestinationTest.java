package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

class FileDestinationTest {
  private static final long VOLUME = 8L * Blocks.SIZE;
  private static final Seal SEAL = new Seal(1, 0, 0, new byte[32], "");

  @TempDir Path directory;

  private LocalTarget target(String name) {
    return new LocalTarget(directory.resolve(name), VOLUME, false, true);
  }

  private FileDestination prepare(String name) {
    return (FileDestination) target(name).prepare("run-1").destination();
  }

  private static void seal(LocalDestination destination) throws Exception {
    try (Sealer sealer = destination.openSealer()) {
      sealer.seal(SEAL);
    }
  }

  private static void write(LocalDestination destination, int block, int value) throws Exception {
    try (BlockWriter writer = destination.openWriter()) {
      writer.put(Image.block(block, value));
      writer.sync();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void refused(LocalTarget target, String... words) {
    assertThatExceptionOfType(FspException.class)
        .isThrownBy(target::check)
        .withMessageContainingAll(words);
    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> target.prepare("run-1"))
        .withMessageContainingAll(words);
  }

  @Test
  void theTargetAppearsOnlyWhenItIsWhole() throws Exception {
    FileDestination destination = prepare("disk");
    write(destination, 2, 7);
    assertThat(names()).containsExactly(".disk.fsp-run-1.partial");

    seal(destination);

    assertThat(names()).containsExactly("disk");
    byte[] expected = new byte[(int) VOLUME];
    Arrays.fill(expected, 2 * Blocks.SIZE, 3 * Blocks.SIZE, (byte) 7);
    assertThat(Files.readAllBytes(directory.resolve("disk"))).isEqualTo(expected);
  }

  @Test
  void checkingWritesNothing() throws Exception {
    assertThat(target("disk").check()).isEmpty();
    assertThat(names()).isEmpty();
  }

  @Test
  void anOldTargetStaysWhatItWasUntilTheSeal() throws Exception {
    Path old = Files.writeString(directory.resolve("disk"), "old");
    FileDestination destination = prepare("disk");
    write(destination, 0, 1);
    assertThat(old).hasContent("old");

    destination.abandon();
    destination.abandon();

    assertThat(old).hasContent("old");
    assertThat(names()).containsExactly("disk");
  }

  @Test
  void aClosedWriterClearsNothingInTheFileThatHasItsDescriptorNow() throws Exception {
    FileDestination first = prepare("first");
    FileDestination second = prepare("second");
    BlockWriter closed = first.openWriter();
    closed.close();
    try (BlockWriter writer = second.openWriter()) {
      writer.put(Image.block(3, 7));

      assertThatIOException().isThrownBy(() -> closed.clear(0, 8));
    }
    seal(second);

    byte[] expected = new byte[(int) VOLUME];
    Arrays.fill(expected, 3 * Blocks.SIZE, 4 * Blocks.SIZE, (byte) 7);
    assertThat(Files.readAllBytes(directory.resolve("second"))).isEqualTo(expected);
  }

  @Test
  void twoNamesOfOneFileAreOnePlaceAndTwoFilesAreTwo() throws Exception {
    Path sub = Files.createDirectory(directory.resolve("sub"));
    Files.createSymbolicLink(sub.resolve("link"), Path.of("..", "disk"));
    Files.createSymbolicLink(directory.resolve("other"), sub);

    Set<String> places = target("disk").places();

    assertThat(target("sub/link").places()).isEqualTo(places);
    assertThat(target("other/../disk").places()).isEqualTo(places);
    assertThat(target("sub/disk").places()).isNotEqualTo(places);
    assertThat(target("other/disk").places()).isEqualTo(target("sub/disk").places());
    assertThat(names()).containsExactly("other", "sub");
  }

  @Test
  void aRunThatFailedCannotBeSealed() throws Exception {
    Path old = Files.write(directory.resolve("disk"), new byte[(int) VOLUME]);
    FileDestination destination = prepare("disk");
    destination.abandon();

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> seal(destination))
        .withMessageContaining("Cannot finish " + old)
        .withMessageContaining("is gone");
  }

  @Test
  void aPartialOfAnotherLengthIsNotSealed() throws Exception {
    FileDestination destination = prepare("disk");
    Files.write(Path.of(destination.partial()), new byte[5]);

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> seal(destination))
        .withMessageContaining("has 5 bytes instead of 4194304 bytes");
    assertThat(directory.resolve("disk")).doesNotExist();
  }

  @Test
  void sealingTwiceIsSealingOnce() throws Exception {
    FileDestination destination = prepare("disk");
    write(destination, 1, 9);
    seal(destination);
    byte[] sealed = Files.readAllBytes(directory.resolve("disk"));

    seal(destination);

    assertThat(Files.readAllBytes(directory.resolve("disk"))).isEqualTo(sealed);
  }

  @Test
  void preparingAgainKeepsWhatTheSameRunWrote() throws Exception {
    write(prepare("disk"), 3, 4);
    FileDestination again = prepare("disk");
    seal(again);

    assertThat(Files.readAllBytes(directory.resolve("disk"))[3 * Blocks.SIZE]).isEqualTo((byte) 4);
  }

  @Test
  void partialsOfOtherRunsAreNamedAndLeftAlone() throws Exception {
    target("disk").prepare("run-0");
    target("other").prepare("run-0");

    LocalTarget.Prepared prepared = target("disk").prepare("run-1");

    assertThat(prepared.warnings())
        .singleElement()
        .asString()
        .contains(".disk.fsp-run-0.partial", "left from an earlier run");
    assertThat(names()).contains(".disk.fsp-run-0.partial");
  }

  @Test
  void somethingElseUnderThePartialsNameIsNotFollowed() throws Exception {
    Path victim = Files.writeString(directory.resolve("victim"), "precious");
    Files.createSymbolicLink(directory.resolve(".disk.fsp-run-1.partial"), victim);

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> prepare("disk"))
        .withMessageContaining("is in the way");
    assertThat(victim).hasContent("precious");
  }

  @Test
  void aSymbolicLinkStaysAndItsEndIsReplaced() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("real"), "old");
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, Path.of("elsewhere", "real"));

    seal(prepare("link"));

    assertThat(link).isSymbolicLink();
    assertThat(elsewhere.resolve("real")).hasSize(VOLUME);
  }

  @Test
  void aLinkToNothingCreatesWhatItNames() throws Exception {
    Files.createSymbolicLink(directory.resolve("link"), Path.of("new"));

    seal(prepare("link"));

    assertThat(directory.resolve("new")).hasSize(VOLUME);
  }

  @Test
  void aLinkToItselfIsRefused() throws Exception {
    Files.createSymbolicLink(directory.resolve("link"), Path.of("link"));

    refused(target("link"), "leads to itself");
  }

  @Test
  void permissionsOfTheOldTargetAreKeptFromTheBeginning() throws Exception {
    Path old = Files.writeString(directory.resolve("disk"), "old");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-r-----"));

    FileDestination destination = prepare("disk");

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(Path.of(destination.partial()))))
        .isEqualTo("rw-r-----");
  }

  @Test
  void zeroBlocksAndClearedBlocksAreHoles() throws Exception {
    FileDestination destination = prepare("disk");
    try (BlockWriter writer = destination.openWriter()) {
      for (int block = 0; block < 8; block++) {
        writer.put(Image.block(block, 5));
      }
      writer.sync();
      assertThat(Shell.allocated(Path.of(destination.partial()))).isGreaterThanOrEqualTo(VOLUME);

      writer.clear(1, 3);
      writer.put(Image.block(6, 0));
      writer.sync();
    }

    byte[] expected = new byte[(int) VOLUME];
    Arrays.fill(expected, (byte) 5);
    Arrays.fill(expected, Blocks.SIZE, 4 * Blocks.SIZE, (byte) 0);
    Arrays.fill(expected, 6 * Blocks.SIZE, 7 * Blocks.SIZE, (byte) 0);
    assertThat(Files.readAllBytes(Path.of(destination.partial()))).isEqualTo(expected);
    assertThat(Shell.allocated(Path.of(destination.partial())))
        .isBetween(4L * Blocks.SIZE, 4L * Blocks.SIZE + 64 * 1024);
  }

  @Test
  void nothingIsWrittenOutsideTheVolume() throws Exception {
    FileDestination destination = prepare("disk");
    try (BlockWriter writer = destination.openWriter()) {
      assertThatIllegalArgumentException().isThrownBy(() -> writer.put(Image.block(8, 1)));
      assertThatIllegalArgumentException().isThrownBy(() -> writer.clear(7, 2));
      assertThatIllegalArgumentException().isThrownBy(() -> writer.clear(-1, 2));
    }
    assertThat(Path.of(destination.partial())).hasSize(VOLUME);
  }

  @Test
  void refusesADirectoryAPipeAndACharacterDevice() throws Exception {
    Shell.run("mkfifo", directory.resolve("pipe").toString());

    refused(target("."), "is a directory", "file, new or old, or a block device");
    refused(target("pipe"), "is a named pipe");
    refused(target("/dev/null"), "/dev/null is a character device");
  }

  @Test
  void refusesADirectoryThatDoesNotExist() {
    refused(target("nowhere/disk"), "nowhere", "does not exist");
  }

  @Test
  void refusesANameThatIsTooLong() {
    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> prepare("d".repeat(250)))
        .withMessageContaining("Cannot create")
        .withMessageContaining("File name too long");
  }

  @Test
  void refusesARunIdThatIsNoName() {
    assertThatIllegalArgumentException().isThrownBy(() -> target("disk").prepare("../evil"));
  }

  @Test
  void failsWhereThePartialIsNot() throws Exception {
    FileDestination destination = prepare("disk");
    Files.delete(Path.of(destination.partial()));

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(destination::openWriter)
        .withMessage(
            "Cannot write to " + destination.partial() + " here: no such file or directory.");
  }

  @Test
  void aWriteThatFailsNamesThePathAndTheBlocks() throws Exception {
    FileDestination destination = prepare("disk");
    BlockWriter writer = destination.openWriter();
    writer.close();

    assertThatIOException()
        .isThrownBy(() -> writer.put(Image.block(3, 1)))
        .withMessageStartingWith("Cannot write block 3 to " + destination.partial());
  }

  @Test
  void whatMayPassIsToldFromWhatDoesNot() {
    Path file = directory.resolve("disk");
    IOException passing = new IOException("Input/output error");
    assertThat(LocalFailures.writing(file, "block 5", passing))
        .hasMessage("Cannot write block 5 to " + file + ": Input/output error.");

    IOException lasting = new IOException("Disk quota exceeded");
    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> LocalFailures.writing(file, "block 5", lasting))
        .withMessage("Cannot write block 5 to " + file + ": Disk quota exceeded.");
  }

  @Test
  void anInterruptedWriteSaysSo() throws Exception {
    try (BlockWriter writer = prepare("disk").openWriter()) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> writer.put(Image.block(3, 1)));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }
}
