package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.JobStopped;

/**
 * One run of a command: the job, the bar, and what must be taken back if it does not succeed, be it
 * by an error or by the user's interrupt.
 */
final class Run implements AutoCloseable {
  private static final Set<String> FILLING_SNAPSHOTS = Set.of("copy", "upload", "fanout", "sync");

  /** They make nothing, so they may run any number of times. */
  private static final Set<String> READING = Set.of("list", "diff", "digests", "verify");

  private final FspCommand root;
  private final JobRunner runner;
  private final ProgressLine progress;
  private final EarlierJobs earlier;
  private final Deque<Begun> undos = new ArrayDeque<>();
  private final Thread hook = new Thread(this::interrupted, "fsp-interrupted");
  private boolean done;

  /**
   * @param volumeBytes what the bar counts to at most
   */
  Run(FspCommand root, Configuration config, String title, long volumeBytes)
      throws IOException, InterruptedException {
    if (JobRunner.isInJobManager() && !root.runIdGiven() && !READING.contains(title)) {
      throw new UsageException(
          "'fsp "
              + title
              + "' inside a job manager is run again whenever that is restarted; give it a --run-id of its own, so that it goes on with what it began.");
    }
    this.root = root;
    this.earlier = EarlierJobs.of(root);
    this.progress = ProgressLine.of(root, title, volumeBytes);
    this.runner = new JobRunner(config, new Watcher(), named(root, title));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Only what fills snapshots goes on from its checkpoints: a block that was put is there, whatever
   * became of this machine. A file's may be not.
   */
  private static Optional<JobRunner.Named> named(FspCommand root, String title) {
    return root.runIdGiven() && FILLING_SNAPSHOTS.contains(title)
        ? Optional.of(new JobRunner.Named(root.runId(), root.record()))
        : Optional.empty();
  }

  /** Shows how the job goes; of one that is only submitted, its id is the first result. */
  private final class Watcher implements JobRunner.Watcher {
    @Override
    public void submitted(String job, boolean attached) {
      progress.submitted(job);
      if (!attached && root.cluster().isPresent()) {
        root.out().println(root.json() ? "{\"job_id\":\"" + job + "\"}" : job);
      }
    }

    @Override
    public void resuming() {
      if (!root.quiet()) {
        root.err().println("fsp: run " + root.runId() + " goes on from its last checkpoint");
      }
    }

    @Override
    public void tick() throws InterruptedException {
      progress.tick();
    }

    @Override
    public void ended(JobRunner.Outcome outcome) {
      progress.ended(outcome);
    }
  }

  /** Something to take back, latest first, unless the run succeeds. */
  @FunctionalInterface
  interface Undo {
    void run() throws IOException, InterruptedException;
  }

  /** Something that is not finished, and what takes it back. */
  private final class Begun implements Runnable {
    private final String sentence;
    private final Undo undo;

    Begun(String sentence, Undo undo) {
      this.sentence = sentence;
      this.undo = undo;
    }

    @Override
    public void run() {
      try {
        undo.run();
      } catch (IOException | FspException e) {
        tell("; it could not be deleted (" + e.getMessage() + ")");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        tell("; it could not be deleted (interrupted)");
      }
    }

    void tell(String more) {
      root.err().println("fsp: " + sentence + more);
    }
  }

  /**
   * Registers what to take back.
   *
   * @param leftover the sentence, without its end, that says what is left where it is not
   * @return for {@link #takeBack}
   */
  Runnable onFailure(String leftover, Undo undo) {
    Begun begun = new Begun(leftover, undo);
    synchronized (undos) {
      undos.push(begun);
    }
    return begun;
  }

  /** Takes one thing back now, whatever becomes of the run. */
  void takeBack(Runnable undo) {
    synchronized (undos) {
      if (!undos.remove(undo)) {
        return;
      }
    }
    undo.run();
  }

  /** Runs a job, or waits for the same one of an earlier driver of this run. */
  JobRunner.Outcome job(String name, Consumer<StreamExecutionEnvironment> graph)
      throws IOException, InterruptedException {
    Optional<String> going = earlier.named(name);
    try {
      if (going.isEmpty()) {
        return runner.run(name, graph);
      }
      if (!root.quiet()) {
        root.err().println("fsp: run " + root.runId() + " is going on as job " + going.get());
      }
      return runner.join(going.get());
    } catch (JobStopped e) {
      keep();
      throw new FspException(e.getMessage() + ". " + wayOn(e.state()), e);
    }
  }

  /** What somebody stopped may be meant to be gone on with; it is left to that as it is. */
  private void keep() {
    synchronized (undos) {
      undos.forEach(begun -> begun.tell("; it is kept"));
    }
    succeeded();
  }

  /** How to go on with this run after its job was stopped. */
  private String wayOn(Optional<String> state) throws IOException {
    List<String> words = RunRecord.words(root.record());
    List<String> command = new ArrayList<>();
    root.cluster().ifPresent(cluster -> command.addAll(List.of("--cluster", cluster.toString())));
    state.ifPresent(place -> command.addAll(List.of("resume", place, "--")));
    command.addAll(words);
    return (state.isPresent()
            ? "Go on with: "
            : "No savepoint or checkpoint of it is known here; begin anew with: ")
        + RunRecord.shown(command);
  }

  /** From here on nothing is taken back. */
  void succeeded() {
    synchronized (undos) {
      done = true;
      undos.clear();
    }
  }

  void warn(String sentence) {
    if (!root.quiet()) {
      root.err().println("fsp: warning: " + sentence);
    }
  }

  @Override
  public void close() {
    progress.close();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending and the hook takes back what there is.
      return;
    }
    takeBack();
  }

  private void interrupted() {
    runner.cancel();
    takeBack();
  }

  private void takeBack() {
    while (true) {
      Runnable undo;
      synchronized (undos) {
        if (done || undos.isEmpty()) {
          return;
        }
        undo = undos.pop();
      }
      undo.run();
    }
  }
}
