package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.FspException;

/** What a driver asks of snapshots, before and after a job. */
class SnapshotsTest {
  private LocalEbs ebs;
  private Snapshots snapshots;

  @BeforeEach
  void start() throws Exception {
    ebs = new LocalEbs();
    snapshots = new Snapshots(ebs.access());
  }

  @AfterEach
  void stop() throws Exception {
    snapshots.close();
    ebs.close();
  }

  private static SnapshotSpec spec(String token) {
    return new SnapshotSpec(2, "a copy", Map.of("team", "storage"), "", false, "", token);
  }

  @Test
  void theSameClientTokenGivesTheSameSnapshot() throws Exception {
    String first = snapshots.start(spec("run-1"));

    assertThat(snapshots.start(spec("run-1"))).isEqualTo(first);
    assertThat(snapshots.start(spec("run-2"))).isNotEqualTo(first);
  }

  @Test
  void aStartWhoseAnswerIsLostStartsOneSnapshot() throws Exception {
    ebs.fault("reset:op=StartSnapshot,n=1");

    snapshots.start(spec("run-1"));

    assertThat(ebs.answered("StartSnapshot", "ok")).isEqualTo(2);
    assertThat(ebs.control().health().snapshots()).isEqualTo(1);
  }

  @Test
  void aClientTokenUsedForAnotherSnapshotIsRefused() throws Exception {
    snapshots.start(spec("run-1"));
    SnapshotSpec other = new SnapshotSpec(3, "a copy", Map.of(), "", false, "", "run-1");

    assertThatThrownBy(() -> snapshots.start(other))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("ConflictException");
  }

  @Test
  void aStartedSnapshotIsAsItWasAskedFor() throws Exception {
    String id = snapshots.start(spec("run-1"));

    assertThat(snapshots.describe(id))
        .contains(new Snapshots.Described("pending", "a copy", Map.of("team", "storage"), false));
  }

  @Test
  void aCompletedSnapshotIsInspected() throws Exception {
    String id = ebs.snapshot(Set.of(1));

    assertThat(snapshots.inspect(id)).isEqualTo(new SnapshotInfo(id, 1));
  }

  @Test
  void anUnknownSnapshotIsRefusedWithWhatToCheck() {
    assertThatThrownBy(() -> snapshots.inspect("snap-0123456789abcdef0"))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("snap-0123456789abcdef0 in us-east-1")
        .hasMessageContaining("check the id, the region and the account");
  }

  @Test
  void aPendingSnapshotCannotBeInspected() throws Exception {
    String id = snapshots.start(spec("run-1"));

    assertThatThrownBy(() -> snapshots.inspect(id))
        .isInstanceOf(FspException.class)
        .hasMessageContaining(id);
  }

  @Test
  void completionIsWaitedFor() throws Exception {
    ebs.control().completionDelay(Duration.ofMillis(300));
    String id = ebs.snapshot(Set.of(1));

    assertThat(snapshots.awaitCompleted(id, Duration.ofSeconds(30))).isTrue();
    assertThat(snapshots.describe(id).orElseThrow().state()).isEqualTo("completed");
  }

  @Test
  void aCompletionThatDoesNotComeIsGivenUpWithASentence() {
    ebs.control().completionDelay(Duration.ofHours(1));
    String id = ebs.snapshot(Set.of(1));

    assertThatThrownBy(() -> snapshots.awaitCompleted(id, Duration.ofMillis(1)))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("is sealed but still pending");
  }

  @Test
  void whoMayNotDescribeIsNotToldOfCompletion() throws Exception {
    String id = ebs.snapshot(Set.of(1));
    ebs.fault("access-denied:op=DescribeSnapshots");

    assertThat(snapshots.awaitCompleted(id, Duration.ofSeconds(1))).isFalse();
  }

  @Test
  void aDeletedSnapshotIsGoneAndMayBeDeletedAgain() throws Exception {
    String id = snapshots.start(spec("run-1"));

    snapshots.delete(id);
    snapshots.delete(id);

    assertThat(ebs.control().health().snapshots()).isZero();
  }

  @Test
  void moreStartsThanTheQuotaAllowsAreWaitedOut() throws Exception {
    ebs.control().quotas(true);
    Set<String> started = new HashSet<>();
    for (int i = 0; i < 14; i++) {
      started.add(snapshots.start(spec("run-" + i)));
    }

    assertThat(started).hasSize(14);
  }
}
