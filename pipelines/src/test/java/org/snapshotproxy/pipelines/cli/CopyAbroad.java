package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** A copy from one endpoint to another, which takes as long as a test needs it to. */
final class CopyAbroad implements AutoCloseable {
  private final Path directory;

  /** Where the origins are. */
  final TestCloud cloud;

  /** Where the copies are; a service of its own, with a clock of its own. */
  final TestCloud abroad;

  final Witness virginia;
  final Witness ireland;

  /** What {@link #slowlyListed} made. */
  private List<Integer> listed = List.of();

  /**
   * @param directory for what the endpoints keep and the commands print
   */
  CopyAbroad(Path directory) throws IOException {
    Path data = Files.createDirectory(directory.resolve("endpoint"));
    this.directory = directory;
    cloud = TestCloud.start();
    abroad = TestCloud.start(config -> config.dataDirectory(data));
    virginia = cloud.in("us-east-1");
    ireland = abroad.in("eu-west-1");
  }

  /** A thousand blocks, which from now on are listed in about 25 seconds. */
  String slowlyListed() throws Exception {
    return slowlyListed(400);
  }

  /**
   * A thousand blocks, of which from now on no page has more than twenty.
   *
   * @param pageMillis how long a page takes
   */
  String slowlyListed(int pageMillis) throws Exception {
    String origin =
        cloud.control().synthetic("us-east-1", 4, SyntheticSpec.full(5, 0.12).withRun(1));
    listed = virginia.listed(origin);
    cloud.control().addFault("short-page:size=20");
    cloud.control().addFault("latency:op=ListSnapshotBlocks,ms=" + pageMillis);
    return origin;
  }

  /** How many blocks {@link #slowlyListed} has. */
  int blocks() {
    return listed.size();
  }

  /** One of the first of them. */
  int early() {
    return listed.get(3);
  }

  /** The words of a copy to Ireland, with options that go over those. */
  String[] words(String origin, String... options) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("-D", "fsp.list.concurrency=1", "-o", "us-east-1", "copy", origin));
    words.addAll(List.of("--destination-endpoint-url", abroad.url()));
    words.addAll(List.of(options));
    if (!words.contains("-d")) {
      words.addAll(List.of("-d", "eu-west-1"));
    }
    return words.toArray(String[]::new);
  }

  /** The same on a cluster. */
  String[] words(ClusterProcesses cluster, String origin, String... options) {
    List<String> words = new ArrayList<>(List.of("--cluster", cluster.address()));
    words.addAll(List.of(words(origin, options)));
    return words.toArray(String[]::new);
  }

  Launched launch(String... words) throws IOException {
    return Launched.start(directory, cloud.url(), words);
  }

  Invocation fsp(String... words) throws Exception {
    return Launched.run(directory, cloud.url(), words);
  }

  void awaitPuts(long count) throws Exception {
    Await.until(
        count + " blocks put, of " + abroad.answered("PutSnapshotBlock"),
        () -> abroad.answered("PutSnapshotBlock") >= count);
  }

  /** Waits for the end of a copy of {@link #slowlyListed}, and looks at what it made. */
  void assertEndsWhole(Launched copy, String origin) throws Exception {
    Invocation ended = copy.end();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains(" contains " + blocks() + " chunks ");
    assertIsTheOrigin(origin, ended.lastLine());
  }

  /** Nothing but this copy is there, sealed once and equal to its origin. */
  void assertIsTheOrigin(String origin, String copy) throws Exception {
    assertThat(ireland.snapshots()).containsExactly(copy);
    assertThat(abroad.answered("CompleteSnapshot")).isEqualTo(1);
    assertThat(ireland.listed(copy)).isEqualTo(virginia.listed(origin));
    Shell.assertSameBytes(
        virginia.restore(origin, directory.resolve("expected")),
        ireland.restore(copy, directory.resolve("restored")));
  }

  @Override
  public void close() throws IOException {
    abroad.close();
    cloud.close();
  }
}
