package org.snapshotproxy.pipelines;

import org.snapshotproxy.pipelines.cli.FspCommand;

/** The entry point: of the launcher, of {@code flink run}, of an application cluster. */
public final class Fsp {
  private Fsp() {}

  /** Runs one command and ends the process with its exit code, where the process is ours to end. */
  public static void main(String[] arguments) {
    int code = FspCommand.run(arguments, System.out, System.err);
    if (code == 0) {
      System.out.flush();
    }
    if (Boolean.getBoolean("fsp.launcher")) {
      // The mini cluster's and the SDK's threads have nothing left to do; waiting for them would
      // only cost time.
      Runtime.getRuntime().exit(code);
    }
    if (code != 0) {
      throw new IllegalStateException(
          "fsp ended with exit code " + code + "; the reason is on standard error");
    }
  }
}
