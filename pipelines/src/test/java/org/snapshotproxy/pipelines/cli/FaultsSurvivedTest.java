package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.endpoint.fault.Faults;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** Whatever the service does on the way: a copy is the origin, and each block is counted once. */
@Tag("either-line")
class FaultsSurvivedTest {
  private static final String BLOCKS = "op=GetSnapshotBlock+PutSnapshotBlock";
  private static final String ALL =
      "op=ListSnapshotBlocks+GetSnapshotBlock+StartSnapshot+PutSnapshotBlock+CompleteSnapshot";

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private String origin;

  @BeforeEach
  void start() throws Exception {
    use(TestCloud.start());
  }

  private void use(TestCloud started) throws Exception {
    cloud = started;
    virginia = cloud.in("us-east-1");
    SyntheticSpec sparse = SyntheticSpec.full(11, 0.03).withRun(3).withZeros(0.1);
    origin = cloud.control().synthetic("us-east-1", 1, sparse);
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throttle:p=0.1," + ALL,
        "throttle:p=0.5," + ALL,
        "snapshot-throttle:p=0.1," + BLOCKS,
        "snapshot-throttle:p=0.5," + BLOCKS,
        "server-error:p=0.1," + ALL,
        "server-error:status=503,p=0.1," + ALL,
        "reset:p=0.1," + ALL,
        "reset-in-body:p=0.1," + ALL,
        "truncate:p=0.1," + ALL,
        "corrupt:p=0.1",
        "wrong-checksum:op=GetSnapshotBlock,p=0.1",
        "wrong-checksum:op=PutSnapshotBlock,p=0.1",
        "latency:ms=300,p=0.2," + ALL,
        "expired-block-token:n=2",
        "short-page:size=3",
        "empty-page:p=0.5"
      })
  void aCopySurvives(String fault) throws Exception {
    assertCopySurvives(fault);
  }

  @Test
  void aCopySurvivesPageTokensThatExpire() throws Exception {
    // Only a list of many pages has page tokens.
    assertCopySurvives("short-page:size=1", "expired-page-token:every=2");
  }

  @Test
  void aCopySurvivesRequestsThatAreNeverAnswered() throws Exception {
    assertCopySurvives("stall:op=GetSnapshotBlock,n=1", "stall:op=PutSnapshotBlock,n=1");
  }

  @Test
  void aCopySurvivesARestartOfTheEndpoint() throws Exception {
    cloud.close();
    Path data = Files.createDirectory(directory.resolve("endpoint"));
    use(TestCloud.start(config -> config.dataDirectory(data)));
    int last = virginia.listed(origin).get(virginia.listed(origin).size() - 1);
    // Not done before the restart, which ends the fault.
    cloud.control().addFault("throttle:op=PutSnapshotBlock,block=" + last);
    CompletableFuture<Invocation> copy =
        CompletableFuture.supplyAsync(
            () -> cloud.fsp("copy", origin, "-o", "us-east-1", "-d", "eu-west-1"));
    Await.until("blocks put", () -> cloud.answered("PutSnapshotBlock") > 0);

    cloud.restart(() -> assertThat(copy).isNotDone());

    assertIsTheOrigin(copy.get());
  }

  @Test
  void aCopySurvivesASnapshotThatIsNotKnownAtFirst() throws Exception {
    cloud.control().addFault("not-found:op=PutSnapshotBlock+CompleteSnapshot");
    CompletableFuture<Invocation> copy =
        CompletableFuture.supplyAsync(
            () -> cloud.fsp("copy", origin, "-o", "us-east-1", "-d", "eu-west-1"));

    Await.until(
        "a refused put",
        () -> cloud.control().faults().stream().allMatch(each -> each.happened() > 0));
    cloud.control().clearFaults();

    assertIsTheOrigin(copy.get());
  }

  private void assertCopySurvives(String... faults) throws Exception {
    List.of(faults).forEach(cloud.control()::addFault);

    Invocation copy = cloud.fsp("copy", origin, "-o", "us-east-1", "-d", "eu-west-1");

    List<Faults.Tally> struck = cloud.control().faults();
    cloud.control().clearFaults();
    assertThat(struck).allMatch(each -> each.happened() > 0);
    assertIsTheOrigin(copy);
  }

  @Test
  void aCopySurvivesTheServicesQuotas() throws Exception {
    cloud.close();
    // A second of the endpoint's takes twenty here, so that even a slow machine asks too fast.
    use(TestCloud.start(config -> config.quotas(true).clock(new SlowClock(20))));
    cloud.control().addFault("short-page:size=1");

    Invocation copy = cloud.fsp("copy", origin, "-o", "us-east-1", "-d", "eu-west-1");

    assertThat(cloud.control().counters().read("ListSnapshotBlocks", "ThrottlingException"))
        .isPositive();
    cloud.control().quotas(false);
    cloud.control().clearFaults();
    assertIsTheOrigin(copy);
  }

  private void assertIsTheOrigin(Invocation copy) throws Exception {
    assertThat(copy.code()).as(copy.err()).isZero();
    Witness ireland = cloud.in("eu-west-1");
    int listed = virginia.listed(origin).size();
    assertThat(copy.lines().get(0)).contains(" contains " + listed + " chunks ");
    assertThat(ireland.listed(copy.lastLine())).isEqualTo(virginia.listed(origin));
    assertThat(ireland.snapshots()).containsExactly(copy.lastLine());
    Shell.assertSameBytes(
        virginia.restore(origin, directory.resolve("expected")),
        ireland.restore(copy.lastLine(), directory.resolve("restored")));
  }
}
