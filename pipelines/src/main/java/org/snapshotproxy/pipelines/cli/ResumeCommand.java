package org.snapshotproxy.pipelines.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.StateRecoveryOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp resume}. */
@Command(
    name = "resume",
    description = {
      "Goes on with a run that 'fsp stop' stopped: on the same cluster, on another one, or embedded; with another --parallelism where one is given.",
      "What the savepoint covers is not moved again. The lines of the command come at its end, as if it had never been stopped."
    },
    footer = {
      "",
      "Examples:",
      "  fsp --cluster localhost:8081 resume file:///var/fsp/savepoints/savepoint-6f2c2f-0d1c7f0a9b3e",
      "  fsp resume s3://bucket/savepoint-6f2c2f-0d1c7f0a9b3e -- --run-id monday copy snap-0123456789abcdef0 -d eu-west-1"
    })
final class ResumeCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(index = "0", paramLabel = "SAVEPOINT", description = "Where the savepoint is.")
  private String savepoint;

  @Parameters(
      index = "1..*",
      paramLabel = "COMMAND",
      description =
          "The command with its --run-id, behind --, where it cannot be read from the savepoint.")
  private List<String> command = List.of();

  @Override
  public Integer call() {
    List<String> words = command.isEmpty() ? RunRecord.load(savepoint) : command;
    if (!words.contains("--run-id")) {
      throw new UsageException(
          "The command has no --run-id; without it another snapshot would be started.");
    }
    List<String> arguments = new ArrayList<>();
    root.cluster().ifPresent(cluster -> arguments.addAll(List.of("--cluster", "" + cluster)));
    if (root.detached()) {
      arguments.add("--detached");
    }
    if (root.parallelism() != null) {
      words = RunRecord.without(words, "--parallelism");
      arguments.addAll(List.of("--parallelism", root.parallelism().toString()));
    }
    root.options().forEach((key, value) -> arguments.addAll(List.of("-D", key + "=" + value)));
    arguments.addAll(List.of("-D", StateRecoveryOptions.SAVEPOINT_PATH.key() + "=" + savepoint));
    arguments.addAll(words);
    return FspCommand.run(arguments.toArray(String[]::new), root.out(), root.err());
  }
}
