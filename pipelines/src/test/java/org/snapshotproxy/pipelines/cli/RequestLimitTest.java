package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/**
 * A command that stays below what the service allows is never throttled; the same blocks asked for
 * without a limit are.
 */
@Tag("either-line")
class RequestLimitTest {
  /** Of the default quotas: 100 reads and 100 writes of blocks a second. */
  private static final double SHARE = 0.1;

  /** Well over the second's worth that the quota saves up. */
  private static final int BLOCKS = 192;

  private static final String LIMIT = "70";

  private TestCloud cloud;
  private TestBucket bucket;
  private String origin;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    bucket = new TestBucket();
    origin =
        cloud.control().synthetic("us-east-1", 1, SyntheticSpec.full(3, (double) BLOCKS / 2048));
    cloud.control().quotas(true, SHARE);
  }

  @AfterEach
  void stop() throws Exception {
    bucket.close();
    cloud.close();
  }

  private long throttled(String operation) {
    return cloud.control().counters().read(operation, "ThrottlingException")
        + cloud.control().counters().read(operation, "RequestThrottledException");
  }

  @Test
  void aSnapshotIsReadWithinTheLimit() throws Exception {
    bucket
        .fsp(
            cloud,
            "--max-requests-per-second",
            LIMIT,
            "movetos3",
            origin,
            bucket.name() + "/backups")
        .succeeded();

    assertThat(throttled("GetSnapshotBlock")).isZero();
  }

  @Test
  void aSnapshotIsWrittenWithinTheLimit() throws Exception {
    bucket.fsp(cloud, "movetos3", origin, bucket.name() + "/backups").succeeded();

    bucket
        .fsp(
            cloud,
            "--max-requests-per-second",
            LIMIT,
            "getfroms3",
            origin,
            bucket.name() + "/backups")
        .succeeded();

    assertThat(throttled("PutSnapshotBlock")).isZero();
    assertThat(cloud.answered("PutSnapshotBlock")).isPositive();
  }

  /** The origin has no limit here, and shows that the quota would be felt. */
  @Test
  void eachSideOfACopyHasItsOwn() throws Exception {
    cloud
        .fsp("copy", origin, "-d", "eu-west-1", "--destination-max-requests-per-second", LIMIT)
        .succeeded();

    assertThat(throttled("PutSnapshotBlock")).isZero();
    assertThat(throttled("GetSnapshotBlock")).isPositive();
  }

  @Test
  void aLimitThatLetsNothingThroughIsRefused() throws Exception {
    Invocation refused =
        bucket.fsp(
            cloud, "--max-requests-per-second", "0", "getfroms3", origin, bucket.name() + "/x");

    assertThat(refused.code()).isNotZero();
    assertThat(refused.err()).contains("requests per second lets none through");
  }
}
