package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What is in a jar. */
final class JarContents {
  private static final String NO_CLASS = "module-info.class";

  private JarContents() {}

  /** The checksum of each class, by its name. */
  static Map<String, Long> classes(Path jar) throws IOException {
    Map<String, Long> classes = new TreeMap<>();
    try (ZipFile file = new ZipFile(jar.toFile())) {
      file.stream()
          .filter(entry -> entry.getName().endsWith(".class"))
          .filter(entry -> !entry.getName().endsWith(NO_CLASS))
          .forEach(entry -> classes.put(entry.getName(), entry.getCrc()));
    }
    return classes;
  }

  /** The texts whose name matches, by their name. */
  static Map<String, String> texts(Path jar, String pattern) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (ZipFile file = new ZipFile(jar.toFile())) {
      Stream<? extends ZipEntry> entries =
          file.stream().filter(entry -> entry.getName().matches(pattern));
      entries.forEach(entry -> texts.put(entry.getName(), text(file, entry)));
    }
    return texts;
  }

  private static String text(ZipFile file, ZipEntry entry) {
    try {
      return new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
