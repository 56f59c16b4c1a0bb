package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snapshotproxy.connectors.base.FspException;

/** What no retry can mend is sent once, and the sentence says what can. */
class EbsRefusalsTest {
  private static final int PENDING_QUOTA = 100;

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

  private Throwable startFails() {
    SnapshotSpec spec = new SnapshotSpec(1, "", Map.of(), "", false, "", "run-1");
    return catchThrowable(() -> snapshots.start(spec));
  }

  @ParameterizedTest
  @CsvSource({
    "access-denied, AccessDeniedException, needs the permission ebs:StartSnapshot",
    "'access-denied:reason=DEPENDENCY_ACCESS_DENIED', AccessDeniedException, kms:GenerateDataKeyWithoutPlaintext",
    "quota-exceeded, ServiceQuotaExceededException, L-309BACF6",
    "invalid-key, ValidationException, KMS key"
  })
  void aSnapshotThatMayNotBeStarted(String fault, String error, String said) {
    ebs.fault(fault);

    assertThat(startFails())
        .isInstanceOf(FspException.class)
        .hasMessageStartingWith("StartSnapshot of 1 GiB in us-east-1 was ")
        .hasMessageContaining(said);
    assertThat(ebs.answered("StartSnapshot", error)).isEqualTo(1);
  }

  @Test
  void asManyPendingSnapshotsAsTheQuotaAllows() {
    for (int i = 0; i < PENDING_QUOTA; i++) {
      ebs.start(1);
    }
    ebs.control().quotas(true);

    assertThat(startFails())
        .isInstanceOf(FspException.class)
        .hasMessageContaining("Pending snapshots per account, L-94D7AB7D");
    assertThat(ebs.answered("StartSnapshot", "ConcurrentLimitExceededException")).isEqualTo(1);
  }

  @Test
  void aKeyThatMayNotDecryptWhatIsRead() {
    String id = ebs.snapshot(Set.of(0));
    ebs.fault("access-denied:op=ListSnapshotBlocks,reason=DEPENDENCY_ACCESS_DENIED");

    assertThat(catchThrowable(() -> snapshots.inspect(id)))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("needs the permission kms:Decrypt")
        .hasMessageNotContaining("kms:CreateGrant");
    assertThat(ebs.answered("ListSnapshotBlocks", "AccessDeniedException")).isEqualTo(1);
  }
}
