package org.snapshotproxy.connectors.base.flink;

import java.util.OptionalLong;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;

/**
 * The messages between a sink's writers and its committer. Flink 1.20.1 changed them within the
 * line: their checkpoint was a {@code Long} that could be missing, and is a {@code long} since. EMR
 * runs a 1.20.0, so here is only what links against both.
 */
public final class Committables {
  private Committables() {}

  /**
   * The checkpoint that a message belongs to; none in Flink 1.20.0 at the end of the input, where
   * the next checkpoint is meant.
   */
  @SuppressWarnings("deprecation") // the successor is not there in 1.20.0
  public static OptionalLong checkpoint(CommittableMessage<?> message) {
    return message.getCheckpointId();
  }

  /** Announces the one committable that a subtask sends, as the only subtask that sends any. */
  public static <T> CommittableMessage<T> announceOne(int subtask, long checkpoint) {
    return create(CommittableSummary.class, subtask, 1, checkpoint, 1, 1, 0);
  }

  /** The committable that was announced. */
  public static <T> CommittableMessage<T> one(T committable, int subtask, long checkpoint) {
    return create(CommittableWithLineage.class, committable, checkpoint, subtask);
  }

  /** Reflection passes a checkpoint to a parameter of either type. */
  @SuppressWarnings("unchecked")
  private static <T> CommittableMessage<T> create(Class<?> message, Object... arguments) {
    try {
      return (CommittableMessage<T>) message.getConstructors()[0].newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is no Flink 1.20: " + message + " is another", e);
    }
  }
}
