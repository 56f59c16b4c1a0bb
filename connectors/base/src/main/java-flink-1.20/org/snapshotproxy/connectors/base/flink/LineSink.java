package org.snapshotproxy.connectors.base.flink;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;

/**
 * A sink that asks of its class no more than {@code createWriter(WriterInitContext)}. Flink 1.20
 * still declares that method's predecessor, and calls it for nothing where the new one is there.
 *
 * @param <T> what is written
 */
public interface LineSink<T> extends Sink<T> {
  @Override
  @Deprecated
  @SuppressWarnings("deprecation")
  default SinkWriter<T> createWriter(InitContext context) {
    throw new UnsupportedOperationException("superseded by createWriter(WriterInitContext)");
  }
}
