package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.PartWriter;
import org.snapshotproxy.connectors.base.Receipt;

/** Runs that end between any two objects, are repeated, go on, and build on others. */
class ArchiveRunTest {
  private static final long BYTES = 3 * Blocks.SEGMENT_SIZE;
  private static final Volume EMPTY = new Volume(BYTES, new TreeMap<>());
  private static final Volume VOLUME =
      Volume.of(BYTES, 0, 1, 5, 63, 64, 70, 190, 191).with(2, Volume.ZEROS);

  private static Bucket bucket;
  private Gateway gateway;

  @BeforeAll
  static void makeBucket() throws IOException {
    bucket = Bucket.create();
  }

  @AfterAll
  static void closeBucket() {
    bucket.close();
  }

  @BeforeEach
  void openGateway() throws IOException {
    gateway = new Gateway(S3Server.shared().url());
  }

  @AfterEach
  void closeGateway() {
    gateway.close();
  }

  private ArchiveDestination destination(ObjectOptions options, Volume volume, Archive parent) {
    return Make.destination(
        gateway.access(), bucket.at("of/"), Make.name(), options, volume, parent);
  }

  private long puts(String part) {
    return gateway.count(request -> request.puts(part));
  }

  @Test
  void nothingLooksWholeBeforeTheManifestIsWritten() throws Exception {
    ArchiveDestination to = destination(Make.PLAIN, VOLUME, null);
    try (Archives archives = new Archives(to.access(), to.place())) {
      assertThat(archives.hasObjects(to.archive())).isFalse();

      List<Receipt> receipts = Transfer.write(to, EMPTY, VOLUME);
      assertThat(archives.hasObjects(to.archive())).isTrue();
      assertThat(archives.find(to.archive())).isEmpty();
      // A prefix with archives below it is no interrupted run.
      try (Archives above = new Archives(to.access(), bucket.at(""))) {
        assertThat(above.hasObjects("of")).isFalse();
      }

      String note = Transfer.note(to, receipts);
      assertThat(archives.find(to.archive())).isEmpty();

      Transfer.seal(to, receipts, note);
      Transfer.assertHolds(archives.find(to.archive()).orElseThrow(), VOLUME);
    }
  }

  @Test
  void aRunThatEndsBeforeAnyOfItsObjectsIsNoArchiveAndIsResumed() throws Exception {
    ObjectOptions options = Make.options(8, 1);
    ArchiveDestination whole = destination(options, VOLUME, null);
    Transfer.all(whole, VOLUME);
    long objects = puts("/");
    assertThat(objects).isEqualTo(bucket.keys("of/" + whole.archive() + "/").size());

    for (int end = 1; end <= objects; end++) {
      ArchiveDestination to = destination(options, VOLUME, null);
      gateway.forget();
      gateway.when(request -> request.puts(to.archive()), Integer.MAX_VALUE, dieAt(to, end));

      assertThatThrownBy(() -> Transfer.all(to, VOLUME))
          .as("put %s", end)
          .isInstanceOf(FspException.class);
      assertThat(Make.exists(to)).isFalse();
      List<String> there = bucket.keys("of/" + to.archive() + "/data/");

      ArchiveDestination again = Make.resuming(Bucket.access(S3Server.shared().url()), to);
      Transfer.all(again, VOLUME);
      Transfer.assertHolds(Make.found(again), VOLUME);
      assertThat(bucket.keys("of/" + to.archive() + "/data/")).containsAll(there);
    }
  }

  /** The put of that number is refused for good, and all before it go through. */
  private Gateway.Effect dieAt(ArchiveDestination to, int number) {
    return (way, exchange, request) -> {
      boolean dies = way.count(each -> each.puts(to.archive())) >= number;
      (dies ? Gateway.error(403, "AccessDenied") : Gateway.passOn()).on(way, exchange, request);
    };
  }

  @Test
  void aResumedRunPutsOnlyWhatIsMissing() throws Exception {
    ArchiveDestination to = destination(Make.options(4, 1), VOLUME, null);
    Transfer.write(to, EMPTY, VOLUME);
    List<String> data = bucket.keys("of/" + to.archive() + "/data/");
    bucket.delete(data.get(1));
    gateway.forget();

    Transfer.all(Make.resuming(to), VOLUME);

    assertThat(puts("/data/")).isOne();
    assertThat(puts(data.get(1).substring(data.get(1).lastIndexOf('/')))).isOne();
    assertThat(bucket.keys("of/" + to.archive() + "/data/")).isEqualTo(data);
    Transfer.assertHolds(Make.found(to), VOLUME);
  }

  @Test
  void aFirstRunDoesNotAskWhatIsThere() throws Exception {
    Transfer.write(destination(Make.PLAIN, VOLUME, null), EMPTY, VOLUME);

    assertThat(gateway.count(request -> !request.method().equals("PUT"))).isZero();
  }

  @Test
  void aRunThatIsReplayedWritesTheSameObjectsAgain() throws Exception {
    ArchiveDestination to = destination(Make.options(8, 3), VOLUME, null);
    Transfer.write(to, EMPTY, VOLUME);
    List<Receipt> receipts = Transfer.write(to, EMPTY, VOLUME);
    String note = Transfer.note(to, receipts);
    List<String> keys = bucket.keys("of/" + to.archive());

    assertThat(Transfer.note(to, receipts)).isEqualTo(note);
    assertThat(bucket.keys("of/" + to.archive())).isEqualTo(keys);
    Transfer.seal(to, receipts, note);
    Transfer.assertHolds(Make.found(to), VOLUME);
  }

  @Test
  void aSealThatIsRepeatedLeavesTheManifestAsItIs() throws Exception {
    ArchiveDestination to = destination(Make.PLAIN, VOLUME, null);
    List<Receipt> receipts = Transfer.write(to, EMPTY, VOLUME);
    String note = Transfer.note(to, receipts);
    Transfer.seal(to, receipts, note);

    Transfer.seal(to, receipts, note);

    assertThat(puts("/manifest.json")).isOne();
  }

  @Test
  void aSealOfSomethingElseReplacesTheManifest() throws Exception {
    ArchiveDestination to = destination(Make.PLAIN, VOLUME, null);
    Transfer.all(to, VOLUME);
    Volume other = VOLUME.with(7, 7);

    Transfer.all(to, other);

    Transfer.assertHolds(Make.found(to), other);
  }

  @Test
  void aManifestThatIsDamagedIsReplaced() throws Exception {
    ArchiveDestination to = destination(Make.PLAIN, VOLUME, null);
    bucket.put("of/" + to.archive() + "/manifest.json", new byte[] {'{'});

    Transfer.all(to, VOLUME);

    Transfer.assertHolds(Make.found(to), VOLUME);
  }

  @Test
  void anIncrementStoresOnlyWhatChangedAndLeavesItsParentAlone() throws Exception {
    ArchiveDestination first = destination(Make.PLAIN, VOLUME, null);
    Transfer.all(first, VOLUME);
    Archive parent = Make.found(first);
    Volume after = VOLUME.with(5, 999).with(100, 1).without(191);
    ArchiveDestination second = destination(Make.PLAIN, after, parent);
    gateway.forget();

    Transfer.delta(second, VOLUME, after);

    assertThat(puts("/" + first.archive() + "/")).isZero();
    assertThat(puts("/" + second.archive() + "/data/")).isEqualTo(2);
    Archive child = Make.found(second);
    assertThat(child.manifest().parent())
        .isEqualTo(new Manifest.Parent(first.archive(), parent.manifestSha256()));
    assertThat(child.manifest().written()).isEqualTo(2);
    assertThat(child.manifest().cleared()).isEqualTo(1);
    Transfer.assertHolds(child, after);
    Transfer.assertHolds(parent, VOLUME);
  }

  @Test
  void anObjectOfTheParentThatIsWhollyReplacedIsNotNeededAnyMore() throws Exception {
    Volume before = Volume.of(BYTES, 0, 1, 64);
    Archive parent = archived(before, null, null);
    Volume after = before.with(0, 77).with(1, 78);
    Archive child = archived(after, before, parent);
    bucket.delete(bucket.keys("of/" + parent.manifest().name() + "/data/000000000.").get(0));

    Transfer.assertHolds(child, after);
  }

  @Test
  void anIncrementThatClearsEverythingIsAnEmptyVolume() throws Exception {
    Archive parent = archived(VOLUME, null, null);

    Archive child = archived(EMPTY, VOLUME, parent);

    assertThat(child.manifest().sections()).isEmpty();
    assertThat(child.manifest().cleared()).isEqualTo(VOLUME.blocks().size());
    Transfer.assertHolds(child, EMPTY);
  }

  @Test
  void anIncrementWithoutAChangeIsItsParent() throws Exception {
    Archive parent = archived(VOLUME, null, null);

    Transfer.assertHolds(archived(VOLUME, VOLUME, parent), VOLUME);
  }

  @Test
  void anIncrementNeedsOnlyTheObjectsOfItsParentNotItsManifestOrIndex() throws Exception {
    Archive parent = archived(VOLUME, null, null);
    Volume after = VOLUME.with(5, 999);
    Archive child = archived(after, VOLUME, parent);
    bucket.keys("of/" + parent.manifest().name() + "/index/").forEach(bucket::delete);
    bucket.delete("of/" + parent.manifest().name() + "/manifest.json");

    Transfer.assertHolds(child, after);
  }

  @Test
  void aZeroBlockLeftOutOfAnIncrementDoesNotLetItsParentShowThrough() throws Exception {
    Archive parent = archived(VOLUME, null, null);
    ArchiveDestination to = destination(Make.PLAIN, VOLUME, parent);
    List<Receipt> receipts = List.of(new Receipt(0, 0, 0, Blocks.bit(5), new byte[0]));

    Transfer.seal(to, receipts, Transfer.note(to, receipts));

    Transfer.assertHolds(Make.found(to), VOLUME.without(5));
  }

  @Test
  void anIncrementOfAnImageThatBecameShorterLeavesOutWhatIsBehindItsEnd() throws Exception {
    Archive parent = archived(VOLUME, null, null);
    Volume shorter =
        new Volume(Blocks.offset(65), new TreeMap<>(VOLUME.blocks().headMap(65, false)));
    ArchiveDestination to = destination(Make.PLAIN, shorter, parent);

    Transfer.delta(to, shorter, shorter);

    Transfer.assertHolds(Make.found(to), shorter);
  }

  @Test
  void theIndexIsCutIntoSectionsThatAreReadOneByOne() throws Exception {
    int section = IndexSection.SEGMENTS * Blocks.PER_SEGMENT;
    Volume wide =
        Volume.of(
            Blocks.offset(3 * section) + 1,
            0,
            section - 1,
            section,
            2 * section - 1,
            2 * section,
            3 * section);
    Archive parent = archived(wide, null, null);
    Volume after = wide.without(section).with(section + 64, 5);

    Archive child = archived(after, wide, parent);

    assertThat(parent.manifest().sections()).hasSize(4);
    Transfer.assertHolds(parent, wide);
    Transfer.assertHolds(child, after);
  }

  @Test
  void theLargestVolumeIsArchivedToItsLastBlock() throws Exception {
    long bytes = Blocks.MAX_VOLUME_GIB * Blocks.GIB;
    int last = Blocks.blocksFor(bytes) - 1;
    Volume largest = Volume.of(bytes, 0, last);
    Archive archive = archived(largest, null, null);

    try (ArchiveLister lister = new ArchiveLister(archive, false);
        var reader = new ArchiveReader(archive.access(), archive.place())) {
      int segment = Blocks.segmentOf(last);
      var page = lister.list(segment, segment + 1);
      assertThat(page.descriptors()).hasSize(1);
      assertThat(Transfer.read(reader, page.descriptors().get(0)))
          .hasEntrySatisfying(last, bytesOf -> assertThat(bytesOf).isEqualTo(largest.block(last)))
          .hasSize(1);
    }
  }

  private Archive archived(Volume volume, Volume before, Archive parent) throws Exception {
    ArchiveDestination to = destination(Make.PLAIN, volume, parent);
    Transfer.delta(
        to, before == null ? new Volume(volume.bytes(), new TreeMap<>()) : before, volume);
    return Make.found(to);
  }

  @Test
  void noMoreObjectsAreCompressedAndSentAtOneTimeThanTheOptionsAllow() throws Exception {
    Volume volume = Volume.of(BYTES, 0, 1, 2, 3, 4, 5, 6, 7);
    ObjectOptions options = new ObjectOptions(1, 1, 1, 2, "", "", "", Map.of());
    ArchiveDestination to = destination(options, volume, null);
    Gate gate = new Gate();
    gateway.when(request -> request.puts("/data/"), 100, Gateway.after(gate));
    Set<Thread> threads = new HashSet<>();
    try (PartWriter writer = to.openWriter()) {
      for (int block : volume.blocks().keySet()) {
        Thread thread = new Thread(() -> Transfer.put(writer, volume, block));
        threads.add(thread);
        thread.start();
      }
      gate.awaitArrived(2);
      // Two are held at the gate; the others wait before they compress anything.
      Gate.awaitWaiting(threads, 6);
      assertThat(gate.arrived()).isEqualTo(2);
      gate.open();
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(bucket.keys("of/" + to.archive() + "/data/")).hasSize(8);
    assertThat(gate.most()).isEqualTo(2);
  }
}
