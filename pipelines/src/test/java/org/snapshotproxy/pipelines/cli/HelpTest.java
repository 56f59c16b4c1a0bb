package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says of itself, and of what it does not understand. */
class HelpTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "diff",
        "download",
        "deltadownload",
        "upload",
        "copy",
        "sync",
        "multiclone",
        "fanout",
        "movetos3",
        "getfroms3",
        "verify",
        "status",
        "stop",
        "resume",
        "endpoint",
        "demo",
        "benchmark"
      })
  void helpOfACommandIsItsUsageWithAnExample(String command) {
    Invocation help = Invocation.of("help", command);

    assertThat(help.code()).isZero();
    assertThat(help.out())
        .contains("Usage: fsp " + command + " ")
        .containsPattern("Examples?:\n +fsp .*" + command);
    assertThat(help.out()).isEqualTo(Invocation.of(command, "--help").out());
    assertThat(help.err()).isEmpty();
  }

  @Test
  void helpAloneIsThatOfTheTool() {
    assertThat(Invocation.of("help").out()).isEqualTo(Invocation.of("--help").out());
  }

  @ParameterizedTest
  @CsvSource({"lisst,list", "verfy,verify", "downlaod,download", "cpy,copy", "uplod,upload"})
  void theNearestCommandIsSuggested(String typed, String meant) {
    Invocation run = Invocation.of(typed, "snap-0123456789abcdef0");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .containsExactly(
            "fsp: There is no command '" + typed + "'; did you mean '" + meant + "'?",
            "Try 'fsp --help'.");
  }

  @Test
  void aWordLikeNoCommandGetsNoSuggestion() {
    Invocation run = Invocation.of("zzz");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines().findFirst()).contains("fsp: There is no command 'zzz'.");
  }

  @Test
  void aMistypedOptionIsNamed() {
    Invocation run = Invocation.of("list", "snap-0123456789abcdef0", "--exprt", "x");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines().findFirst().orElseThrow())
        .startsWith("fsp: Unknown option")
        .contains("--exprt")
        .contains("did you mean '--export");
  }
}
