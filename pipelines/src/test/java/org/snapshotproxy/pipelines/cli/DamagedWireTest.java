package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** Bytes that change on the way, to a service and from it, are noticed and sent again. */
@Tag("either-line")
class DamagedWireTest {
  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private String origin;
  private Path expected;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    origin = cloud.control().synthetic("us-east-1", 1, SyntheticSpec.full(3, 0.06).withZeros(0.1));
    expected = virginia.restore(origin, directory.resolve("expected"));
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @Test
  void aCopyIsTheOrigin() throws Exception {
    try (DamagedWire wire = new DamagedWire(URI.create(cloud.url()), 0.002, 1)) {
      Invocation copy =
          Invocation.of(
              "-o", "us-east-1", "copy", origin, "-d", "eu-west-1", "--endpoint-url", wire.url());

      assertThat(copy.code()).as(copy.err()).isZero();
      assertThat(wire.damagedRequests()).isPositive();
      assertThat(wire.damagedAnswers()).isPositive();
      Witness ireland = cloud.in("eu-west-1");
      assertThat(ireland.snapshots()).containsExactly(copy.lastLine());
      Shell.assertSameBytes(
          expected, ireland.restore(copy.lastLine(), directory.resolve("restored")));
    }
  }

  @Test
  void anArchiveGivesBackTheOrigin() throws Exception {
    Path file = directory.resolve("back.img");
    try (TestBucket bucket = new TestBucket();
        DamagedWire wire = new DamagedWire(URI.create(TestBucket.url()), 0.02, 2)) {
      String[] s3 = {"--s3-endpoint-url", wire.url()};
      Invocation there =
          cloud.fsp("-o", "us-east-1", "movetos3", origin, bucket.name(), s3[0], s3[1]);
      assertThat(there.code()).as(there.err()).isZero();
      assertThat(wire.damagedRequests()).isPositive();

      Invocation back =
          cloud.fsp("getfroms3", origin, bucket.name(), file.toString(), s3[0], s3[1]);
      assertThat(back.code()).as(back.err()).isZero();
      assertThat(wire.damagedAnswers()).isPositive();
      Shell.assertSameBytes(expected, file);
    }
  }
}
