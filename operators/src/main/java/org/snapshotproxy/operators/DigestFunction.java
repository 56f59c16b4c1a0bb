package org.snapshotproxy.operators;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.serial.ReceiptCodec;

/** Reduces a segment to its verified digests and gives its buffers back at once. */
@PublicEvolving
public final class DigestFunction extends RichMapFunction<Segment, Receipt> {
  private static final long serialVersionUID = 1L;

  private transient Counter blocksDigested;

  private DigestFunction() {}

  /**
   * Appends the reduction to a stream of fetched segments.
   *
   * @param uid the operator's identity within the job
   */
  public static SingleOutputStreamOperator<Receipt> digests(
      DataStream<Segment> segments, String uid) {
    return segments.map(new DigestFunction()).returns(ReceiptCodec.type()).name("digests").uid(uid);
  }

  @Override
  public void open(OpenContext context) {
    blocksDigested = getRuntimeContext().getMetricGroup().addGroup("fsp").counter("blocksDigested");
  }

  @Override
  public Receipt map(Segment segment) {
    Receipt receipt = Receipt.of(segment);
    segment.release();
    blocksDigested.inc(Long.bitCount(receipt.written()));
    Progress.addWritten(Long.bitCount(receipt.written()));
    return receipt;
  }
}
