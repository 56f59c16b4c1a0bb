package org.snapshotproxy.connectors.base.flink;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * A type that asks of its class no more than {@code createSerializer(SerializerConfig)}. In Flink
 * 2.3 that is any.
 *
 * @param <T> the type
 */
public abstract class LineTypeInfo<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1L;
}
