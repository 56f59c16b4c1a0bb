package org.snapshotproxy.operators;

import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.serial.ReceiptCodec;

/** Reduces a segment to its verified digests and gives its buffers back at once. */
public final class DigestFunction implements MapFunction<Segment, Receipt> {
  private static final long serialVersionUID = 1L;

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
  public Receipt map(Segment segment) {
    Receipt receipt = Receipt.of(segment);
    segment.release();
    Progress.addWritten(Long.bitCount(receipt.written()));
    return receipt;
  }
}
