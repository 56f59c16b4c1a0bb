package org.snapshotproxy.emr;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The jars that Maven brought for these tests, for the processes that need some of them. */
final class ClassPath {
  /** What a distribution of Flink has in its {@code lib}, there packed together. */
  private static final String[] FLINK = {
    "flink-",
    "frocksdbjni-",
    "commons-",
    "kryo-",
    "minlog-",
    "objenesis-",
    "chill-",
    "snappy-",
    "lz4-",
    "snakeyaml-",
    "javassist-",
    "slf4j-",
    "log4j-"
  };

  private ClassPath() {}

  /** Puts Flink's jars into a directory. */
  static void linkFlink(Path lib) throws IOException {
    Files.createDirectories(lib);
    for (Path jar : jars(FLINK)) {
      Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
    }
  }

  /** The one jar whose name begins so. */
  static String jar(String beginning) {
    List<Path> found = jars(beginning);
    if (found.size() != 1) {
      throw new IllegalStateException(found + " begin with " + beginning);
    }
    return found.get(0).toString();
  }

  private static List<Path> jars(String... beginnings) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(
            each -> Arrays.stream(beginnings).anyMatch(each.getFileName().toString()::startsWith))
        .toList();
  }
}
