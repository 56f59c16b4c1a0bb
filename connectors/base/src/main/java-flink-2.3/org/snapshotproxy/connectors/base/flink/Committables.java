package org.snapshotproxy.connectors.base.flink;

import java.util.OptionalLong;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;

/** The messages between a sink's writers and its committer. */
public final class Committables {
  private Committables() {}

  /**
   * The checkpoint that a message belongs to. Flink 2.3 always knows it; other lines may not at the
   * end of the input.
   */
  public static OptionalLong checkpoint(CommittableMessage<?> message) {
    return OptionalLong.of(message.getCheckpointId());
  }

  /** Announces the one committable that a subtask sends, as the only subtask that sends any. */
  public static <T> CommittableMessage<T> announceOne(int subtask, long checkpoint) {
    return new CommittableSummary<>(subtask, 1, checkpoint, 1, 0);
  }

  /** The committable that was announced. */
  public static <T> CommittableMessage<T> one(T committable, int subtask, long checkpoint) {
    return new CommittableWithLineage<>(committable, checkpoint, subtask);
  }
}
