package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** What the service and the way to it may do: mended by another try, or told in a sentence. */
class ServiceFaultsTest {
  private static final Volume VOLUME = volume();

  private static Bucket bucket;
  private static Archive archive;
  private Gateway gateway;

  private static Volume volume() {
    return Volume.of(Blocks.SEGMENT_SIZE, 3).with(4, Volume.RANDOM);
  }

  @BeforeAll
  static void makeArchive() throws Exception {
    bucket = Bucket.create();
    archive = Make.archive(bucket, Make.PLAIN, VOLUME);
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

  private void read() throws Exception {
    Transfer.assertHolds(
        Make.found(gateway.access(), archive.place(), archive.manifest().name()), VOLUME);
  }

  private ArchiveDestination destination() {
    return Make.destination(gateway.access(), bucket.at(""), Make.name(), Make.PLAIN, VOLUME, null);
  }

  private static Predicate<Gateway.Request> any(String method) {
    return request -> request.method().equals(method);
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalError",
    "503, SlowDown",
    "503, ServiceUnavailable",
    "429, TooManyRequests",
    "502, ''",
    "400, RequestTimeout"
  })
  void whatPassesIsTriedAgain(int status, String code) throws Exception {
    gateway.when(any("GET"), 3, Gateway.error(status, code));
    read();

    ArchiveDestination to = destination();
    gateway.when(any("PUT"), 3, Gateway.error(status, code));
    Transfer.write(to, VOLUME.without(3).without(4), VOLUME);
    Transfer.all(Make.resuming(to), VOLUME);
    Transfer.assertHolds(Make.found(to), VOLUME);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503})
  void anAnswerToHeadNamesNoErrorAndIsTriedAgainByItsStatus(int status) throws Exception {
    ArchiveDestination to = Make.resuming(destination());
    gateway.when(any("HEAD"), 3, Gateway.error(status, ""));

    Transfer.all(to, VOLUME);

    assertThat(gateway.count(any("HEAD"))).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"0", "60", "100000"})
  void aBodyThatBreaksOffIsReadAgain(int bytes) throws Exception {
    gateway.when(request -> request.gets("/data/"), 2, Gateway.breakOffAfter(bytes));
    gateway.when(request -> request.gets("/index/"), 2, Gateway.breakOffAfter(Math.min(bytes, 60)));
    gateway.when(request -> request.gets("/manifest.json"), 2, Gateway.breakOffAfter(bytes / 1000));

    read();

    assertThat(gateway.count(request -> request.gets("/data/"))).isEqualTo(3);
    assertThat(gateway.count(request -> request.gets("/index/"))).isEqualTo(3);
    assertThat(gateway.count(request -> request.gets("/manifest.json"))).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"/data/", "/index/", "/manifest.json"})
  void aBodyThatArrivesWithOtherBytesIsReadAgain(String part) throws Exception {
    gateway.when(request -> request.gets(part), 2, Gateway.turnBitOfAnswer(400));

    read();

    assertThat(gateway.count(request -> request.gets(part))).isEqualTo(3);
    assertThat(gateway.requests())
        .allMatch(request -> "ENABLED".equals(request.headers().get("x-amz-checksum-mode")))
        .noneMatch(request -> request.headers().containsKey("x-amz-te"));
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, denied",
    "403, InvalidAccessKeyId, credentials",
    "403, RequestTimeTooSkewed, clock",
    "404, NoSuchBucket, There is no bucket",
    "403, InvalidObjectState, must be restored",
    "301, PermanentRedirect, in another region",
    "400, AuthorizationHeaderMalformed, in another region"
  })
  void whatDoesNotPassIsASentenceAndNoSecondTry(int status, String code, String sentence)
      throws Exception {
    gateway.when(request -> request.gets("/data/"), 1, Gateway.error(status, code));
    assertThatThrownBy(this::read)
        .isInstanceOf(FspException.class)
        .hasMessageContaining(sentence)
        .hasMessageContaining(bucket.name() + "/" + archive.manifest().name() + "/data/000000000.");
    assertThat(gateway.count(request -> request.gets("/data/"))).isOne();

    ArchiveDestination to = destination();
    gateway.when(any("PUT"), 1, Gateway.error(status, code));
    assertThatThrownBy(() -> Transfer.all(to, VOLUME))
        .isInstanceOf(FspException.class)
        .hasMessageContaining(sentence)
        .hasMessageContaining(to.archive() + "/data/000000000.");
    assertThat(gateway.count(any("PUT"))).isOne();
  }

  @ParameterizedTest
  @CsvSource({"403, denied", "301, in another region", "400, HTTP 400"})
  void anAnswerToHeadThatNamesNoErrorIsASentence(int status, String sentence) throws Exception {
    ArchiveDestination to = Make.resuming(destination());
    gateway.when(any("HEAD"), 1, Gateway.error(status, ""));

    assertThatThrownBy(() -> Transfer.all(to, VOLUME))
        .isInstanceOf(FspException.class)
        .hasMessageContaining(sentence)
        .hasMessageContaining(to.archive() + "/data/000000000.");
    assertThat(gateway.count(any("HEAD"))).isOne();
  }

  @Test
  void aBucketThatIsNotThereIsNamed() {
    S3Location nowhere = new S3Location("not-there", "backups/");

    assertThatThrownBy(() -> Make.found(gateway.access(), nowhere, "snap-1"))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("There is no bucket for s3://not-there/backups/snap-1");
    assertThatThrownBy(
            () -> {
              try (Archives archives = new Archives(gateway.access(), nowhere)) {
                archives.hasObjects("snap-1");
              }
            })
        .isInstanceOf(FspException.class)
        .hasMessageContaining("There is no bucket for s3://not-there/backups/snap-1");
  }

  @Test
  void aServiceThatNeverRecoversIsGivenUp() {
    gateway.when(any("GET"), Integer.MAX_VALUE, Gateway.error(500, "InternalError"));

    assertThatThrownBy(this::read)
        .isInstanceOf(FspException.class)
        .hasMessageContaining("manifest.json, tried 4 times");
    assertThat(gateway.requests()).hasSize(4);
  }

  @Test
  @Timeout(60)
  void anInterruptedReadEndsAtOnceAndStaysInterruptedForNobody() throws Exception {
    Gate gate = new Gate();
    SegmentDescriptor descriptor = onlySegment();
    gateway.when(request -> request.gets("/data/"), 1, Gateway.after(gate));
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread reading =
        new Thread(
            () -> {
              try (PartReader reader = new ArchiveReader(gateway.access(), archive.place())) {
                Transfer.read(reader, descriptor);
              } catch (Throwable e) {
                end.set(e);
              }
            });
    reading.start();
    gate.awaitArrived(1);
    reading.interrupt();
    gate.open();
    reading.join();

    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    assertThat(gateway.count(request -> request.gets("/data/"))).isOne();
  }

  private SegmentDescriptor onlySegment() throws Exception {
    try (ArchiveLister lister = new ArchiveLister(archive, false)) {
      return lister.list(0, 1).descriptors().get(0);
    }
  }

  @Test
  @Timeout(value = 300, unit = TimeUnit.SECONDS)
  void readsThatFailHalfWayKeepNoConnection() throws Exception {
    // More than the pool has, if each kept one.
    int reads = 2100 / 3;
    SegmentDescriptor good = onlySegment();
    String key = good.tokens().get(0);
    String other = key.replace("/data/000000000.", "/data/000000064.");
    bucket.put(other, bucket.get(key));
    SegmentDescriptor damaged = new SegmentDescriptor(1, good.move(), 0, List.of(other, other));

    try (PartReader reader = new ArchiveReader(bucket.access(), archive.place())) {
      for (int i = 0; i < reads; i++) {
        assertThatThrownBy(() -> Transfer.read(reader, damaged))
            .isInstanceOf(FspException.class)
            .hasMessageContaining(other);
      }
      assertThat(Transfer.read(reader, good)).hasSize(2);
    }
  }
}
