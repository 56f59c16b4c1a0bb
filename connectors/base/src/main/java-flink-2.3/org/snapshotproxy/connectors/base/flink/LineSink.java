package org.snapshotproxy.connectors.base.flink;

import org.apache.flink.api.connector.sink2.Sink;

/**
 * A sink that asks of its class no more than {@code createWriter(WriterInitContext)}. In Flink 2.3
 * that is any.
 *
 * @param <T> what is written
 */
public interface LineSink<T> extends Sink<T> {}
