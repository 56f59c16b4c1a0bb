package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What a bug report gets to know of the build. */
class VersionTest {
  private static String line(Map<String, String> commit) {
    Properties properties = new Properties();
    properties.putAll(commit);
    return Version.line("1.2.3", properties);
  }

  @Test
  void ofACommit() {
    assertThat(line(Map.of("git.commit.id.full", "0123abcd", "git.dirty", "false")))
        .isEqualTo("fsp 1.2.3, commit 0123abcd");
  }

  @Test
  void ofACommitAndChangesThatAreInNone() {
    assertThat(line(Map.of("git.commit.id.full", "0123abcd", "git.dirty", "true")))
        .isEqualTo("fsp 1.2.3, commit 0123abcd, with changes");
  }

  @Test
  void ofAnUnpackedArchive() {
    assertThat(line(Map.of())).isEqualTo("fsp 1.2.3, built outside of its repository");
  }
}
