package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.TransferJob;

/**
 * The destinations of one run, by the lines that name them. Each fails by itself, before, in or
 * after the job: it is told of on standard error and taken back, and the others go on. Used by one
 * thread.
 */
final class Destinations {
  private final FspCommand root;
  private final Run run;
  private final Map<String, Held> held = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  Destinations(FspCommand root, Run run) {
    this.root = root;
    this.run = run;
  }

  /**
   * A destination that is ready to be written.
   *
   * @param destination for the job
   * @param undo how it is taken back, as the run gave it
   */
  record Held(Destination destination, Runnable undo) {}

  /** Something done for one destination. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException, InterruptedException;
  }

  /** Does something for one destination; what goes wrong is its failure alone. */
  void attempt(String line, Step step) throws InterruptedException {
    try {
      step.run();
    } catch (IOException | FspException e) {
      fail(line, Sentences.of(e));
    }
  }

  /** Adds one that is ready. */
  void add(String line, Destination destination, Runnable undo) {
    held.put(line, new Held(destination, undo));
  }

  /** Those that are ready and have not failed, in their order. */
  Map<String, Held> held() {
    return Collections.unmodifiableMap(held);
  }

  /** Why, by line, in the order of failing. */
  Map<String, String> failures() {
    return Collections.unmodifiableMap(failures);
  }

  /**
   * Moves the origin to all that are ready, in one job; those that it could not seal have failed.
   */
  JobRunner.Outcome fill(String jobName, Origin origin, TransferOptions.Settings transfer)
      throws IOException, InterruptedException {
    List<String> lines = List.copyOf(held.keySet());
    List<Destination> destinations = held.values().stream().map(Held::destination).toList();
    JobRunner.Outcome outcome;
    try {
      outcome = run.job(jobName, env -> TransferJob.transfer(env, origin, destinations, transfer));
    } catch (IOException | FspException e) {
      if (lines.size() > 1) {
        throw e; // the origin's failure, or the job's own: nobody has anything
      }
      fail(lines.get(0), Sentences.of(e));
      return JobRunner.Outcome.UNKNOWN;
    }
    outcome.failures().forEach((number, reason) -> fail(lines.get(number), reason));
    return outcome;
  }

  private void fail(String line, String reason) {
    failures.put(line, reason);
    root.err().println("fsp: " + line + " failed: " + reason);
    Held given = held.remove(line);
    if (given != null) {
      run.takeBack(given.undo());
    }
  }
}
