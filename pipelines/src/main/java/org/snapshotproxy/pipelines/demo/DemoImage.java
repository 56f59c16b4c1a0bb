package org.snapshotproxy.pipelines.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.snapshotproxy.connectors.base.FspException;

/** Finds or makes a real disk image. */
final class DemoImage {
  private static final List<Path> MKFS =
      List.of(
          Path.of("/usr/sbin/mkfs.ext4"),
          Path.of("/sbin/mkfs.ext4"),
          Path.of("/usr/bin/mkfs.ext4"));

  /** Room for a file system's own structures beside the files. */
  private static final long SPARE_BYTES = 96L << 20;

  private DemoImage() {}

  /**
   * An ext4 file system with this JDK's files where it can be made, else the JDK's largest file.
   */
  static Path make(Path directory) throws IOException, InterruptedException {
    Path jdk = Path.of(System.getProperty("java.home"));
    for (Path mkfs : MKFS) {
      if (Files.isExecutable(mkfs)) {
        return ext4(mkfs, jdk, directory.resolve("disk.img"));
      }
    }
    return largestFile(jdk);
  }

  private static Path ext4(Path mkfs, Path files, Path image)
      throws IOException, InterruptedException {
    long mebibytes = (size(files) + SPARE_BYTES) >> 20;
    Process process =
        new ProcessBuilder(
                mkfs.toString(),
                "-q",
                "-F",
                "-d",
                files.toString(),
                image.toString(),
                mebibytes + "M")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroy();
      throw new FspException("mkfs.ext4 could not make an image of " + files + ": " + said.strip());
    }
    return image;
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // A file takes whole blocks of the file system.
        sum += (Files.size(file) + 8191) / 4096 * 4096;
      }
      return sum;
    }
  }

  private static Path largestFile(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow(
              () -> new FspException("There is no file below " + directory + "; pass --image."));
    }
  }
}
