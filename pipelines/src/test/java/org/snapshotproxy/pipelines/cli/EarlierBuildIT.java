package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another version of the build file left in a clone. */
@Tag("either-line")
class EarlierBuildIT {
  private static final Path MODULE = Path.of("").toAbsolutePath();

  @TempDir Path clone;

  @Test
  void ofPluginsOnlyThoseOfThisBuildStay() throws Exception {
    Path module = Files.createDirectory(clone.resolve("pipelines"));
    Files.copy(MODULE.resolveSibling("pom.xml"), clone.resolve("pom.xml"));
    Files.copy(MODULE.resolve("pom.xml"), module.resolve("pom.xml"));
    Path plugins = module.resolve("target").resolve("plugins");
    Path earlier = Files.createDirectories(plugins.resolve("s3-fs-native"));
    Files.createFile(earlier.resolve("flink-s3-fs-native-2.3.0.jar"));

    // Both belong to the package phase, which would need the other modules.
    Shell.run(
        MODULE.resolveSibling("mvnw").toString(),
        "-o",
        "-q",
        "-B",
        "-Dmaven.repo.local=" + System.getProperty("fsp.repository"),
        "-f",
        module.resolve("pom.xml").toString(),
        "clean:clean@earlier-build",
        "dependency:copy@s3-plugin");

    try (Stream<Path> kept = Files.list(plugins)) {
      assertThat(kept).containsExactly(plugins.resolve("flink-s3-fs-native"));
    }
  }
}
