package org.snapshotproxy.connectors.base.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.junit.jupiter.api.Test;

/** The same messages on each Flink line. */
class CommittablesTest {
  @Test
  void anAnnouncementIsOfOneCommittableOfOneSubtask() {
    CommittableMessage<String> message = Committables.announceOne(3, 7);

    assertThat(Committables.checkpoint(message)).hasValue(7);
    assertThat(message)
        .isInstanceOfSatisfying(
            CommittableSummary.class,
            summary -> {
              assertThat(summary.getSubtaskId()).isEqualTo(3);
              assertThat(summary.getNumberOfSubtasks()).isEqualTo(1);
              assertThat(summary.getNumberOfCommittables()).isEqualTo(1);
              assertThat(summary.getNumberOfFailedCommittables()).isZero();
            });
  }

  @Test
  void theCommittableComesFromTheSubtaskInTheCheckpoint() {
    CommittableMessage<String> message = Committables.one("seals", 3, 7);

    assertThat(Committables.checkpoint(message)).hasValue(7);
    assertThat(message)
        .isInstanceOfSatisfying(
            CommittableWithLineage.class,
            one -> {
              assertThat(one.getCommittable()).isEqualTo("seals");
              assertThat(one.getSubtaskId()).isEqualTo(3);
            });
  }
}
