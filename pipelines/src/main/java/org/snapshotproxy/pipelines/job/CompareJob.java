package org.snapshotproxy.pipelines.job;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.operators.CompareFunction;
import org.snapshotproxy.operators.DigestFunction;
import org.snapshotproxy.operators.FetchOperator;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.operators.Transfers;

/**
 * The graph of a comparison: both places are listed and fetched side by side, out of one memory
 * budget, and only digests meet.
 */
public final class CompareJob {
  private CompareJob() {}

  /** Compares what two places read as; what neither lists is zeros in both. */
  public static void compare(
      StreamExecutionEnvironment env, Origin a, Origin b, TransferOptions.Settings settings) {
    CompareFunction.compare(digests(env, a, "a", settings), digests(env, b, "b", settings));
  }

  private static DataStream<Receipt> digests(
      StreamExecutionEnvironment env,
      Origin origin,
      String side,
      TransferOptions.Settings settings) {
    return DigestFunction.digests(
        FetchOperator.fetch(
            Transfers.list(env, origin, "list-" + side), origin, settings, "fetch-" + side),
        "digests-" + side);
  }
}
