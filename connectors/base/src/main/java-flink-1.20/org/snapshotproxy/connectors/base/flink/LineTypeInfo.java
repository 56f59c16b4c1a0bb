package org.snapshotproxy.connectors.base.flink;

import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * A type that asks of its class no more than {@code createSerializer(SerializerConfig)}. Flink 1.20
 * still declares, and in places calls, that method's predecessor.
 *
 * @param <T> the type
 */
public abstract class LineTypeInfo<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1L;

  @Override
  public abstract TypeSerializer<T> createSerializer(SerializerConfig config);

  @Override
  @Deprecated
  public final TypeSerializer<T> createSerializer(ExecutionConfig config) {
    return createSerializer(config == null ? null : config.getSerializerConfig());
  }
}
