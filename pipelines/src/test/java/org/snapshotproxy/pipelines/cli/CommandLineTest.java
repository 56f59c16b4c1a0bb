package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How the words of a command line belong together. */
@Tag("either-line")
class CommandLineTest {
  @Test
  void aValueMayBeTheNameOfACommand() throws Exception {
    try (TestCloud cloud = TestCloud.start()) {
      String id = cloud.in("us-east-1").completed(1, Map.of(0, Witness.block(1)));

      Invocation list = cloud.fsp("--run-id", "copy", "list", id);

      assertThat(list.err()).isEmpty();
      assertThat(list.out()).contains(id + " contains 1 chunks ");
    }
  }

  @Test
  void optionsBeforeTheCommandHoldWhereOthersStandBehindIt() {
    Invocation list =
        Invocation.of(
            "-D",
            "parallelism.default=0",
            "list",
            "snap-0123456789abcdef0",
            "-D",
            "fsp.memory.budget=256mb");

    assertThat(list.err()).contains("parallelism.default is 0");
  }
}
