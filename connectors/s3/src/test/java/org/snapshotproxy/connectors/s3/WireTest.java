package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** What is asked for is what goes over the wire, and what the server keeps. */
class WireTest {
  private static final Volume VOLUME = Volume.of(Blocks.SEGMENT_SIZE, 3, 4);

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

  private static ObjectOptions options(
      String storageClass, String encryption, String key, Map<String, String> tags) {
    return new ObjectOptions(64, 1, 1, 1, storageClass, encryption, key, tags);
  }

  private ArchiveDestination destination(ObjectOptions options) {
    return Make.destination(gateway.access(), bucket.at(""), Make.name(), options, VOLUME, null);
  }

  private Map<String, String> headersOfPut(String part) {
    return gateway.requests().stream()
        .filter(request -> request.puts(part))
        .findFirst()
        .orElseThrow()
        .headers();
  }

  static Set<StorageClass> storageClasses() {
    return StorageClass.knownValues();
  }

  @ParameterizedTest
  @MethodSource("storageClasses")
  void dataGoesIntoTheStorageClassThatWasAskedForAndTheIndexDoesNot(StorageClass asked)
      throws Exception {
    // The server knows not all of them.
    gateway.when(request -> request.method().equals("PUT"), 100, Gateway.accept());
    ArchiveDestination to = destination(options(asked.toString(), "", "", Map.of()));
    Transfer.all(to, VOLUME);

    assertThat(headersOfPut("/data/")).containsEntry("x-amz-storage-class", asked.toString());
    assertThat(headersOfPut("/index/")).doesNotContainKey("x-amz-storage-class");
    assertThat(headersOfPut("/manifest.json")).doesNotContainKey("x-amz-storage-class");
  }

  @Test
  void theServerKeepsTheStorageClass() throws Exception {
    ArchiveDestination to = destination(options("GLACIER", "", "", Map.of()));
    Transfer.all(to, VOLUME);

    assertThat(bucket.head(bucket.keys(to.archive() + "/data/").get(0)).storageClass())
        .isEqualTo(StorageClass.GLACIER);
    assertThat(bucket.head(to.archive() + "/manifest.json").storageClass()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "AES256, ''",
    "aws:kms, ''",
    "aws:kms, arn:aws:kms:us-east-1:123456789012:key/abc",
    "aws:kms:dsse, arn:aws:kms:us-east-1:123456789012:key/abc"
  })
  void everyObjectIsEncryptedAsAsked(String encryption, String key) throws Exception {
    gateway.when(request -> request.method().equals("PUT"), 100, Gateway.accept());
    Transfer.all(destination(options("", encryption, key, Map.of())), VOLUME);

    for (String part : Set.of("/data/", "/index/", "/manifest.json")) {
      assertThat(headersOfPut(part)).containsEntry("x-amz-server-side-encryption", encryption);
      assertThat(headersOfPut(part).get("x-amz-server-side-encryption-aws-kms-key-id"))
          .isEqualTo(key.isEmpty() ? null : key);
    }
  }

  @Test
  void everyObjectHasTheTags() throws Exception {
    Map<String, String> tags = Map.of("team", "storage & backup", "cost=center", "a/b+c d");
    ArchiveDestination to = destination(options("", "", "", tags));
    Transfer.all(to, VOLUME);

    for (String key : bucket.keys(to.archive())) {
      Map<String, String> sent = new TreeMap<>();
      for (String tag : headersOfPut(key).get("x-amz-tagging").split("&")) {
        String[] pair = tag.split("=");
        sent.put(
            URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
            URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
      }
      assertThat(sent).as(key).isEqualTo(tags);
      assertThat(bucket.tags(key)).as(key).hasSameSizeAs(tags);
    }
  }

  @Test
  void withoutAnyOptionNothingOfThemIsSent() throws Exception {
    Transfer.all(destination(Make.PLAIN), VOLUME);

    for (Gateway.Request request : gateway.requests()) {
      assertThat(request.headers().keySet())
          .noneMatch(header -> header.contains("storage-class"))
          .noneMatch(header -> header.contains("encryption"))
          .noneMatch(header -> header.contains("tagging"));
    }
  }

  @Test
  void aBucketStandsInThePathOrInTheHostAsAsked() throws Exception {
    Transfer.all(destination(Make.PLAIN), VOLUME);

    assertThat(gateway.requests()).allMatch(r -> r.path().startsWith("/" + bucket.name() + "/"));

    // Such a name never resolves, so the message names the host that was asked for.
    S3Access byHost = new S3Access(Bucket.access("http://s3.invalid").aws(), false);
    assertThatThrownBy(() -> Make.found(byHost, bucket.at(""), "snap-1"))
        .hasMessageContaining("UnknownHostException: " + bucket.name() + ".s3.invalid");
  }

  @Test
  void theServerChecksAndKeepsTheChecksumOfEveryObject() throws Exception {
    ArchiveDestination to = destination(Make.PLAIN);
    Transfer.all(to, VOLUME);

    for (String key : bucket.keys(to.archive())) {
      CRC32C crc = new CRC32C();
      crc.update(bucket.get(key));
      String expected =
          Base64.getEncoder()
              .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
      HeadObjectResponse head = bucket.head(key);
      assertThat(head.checksumCRC32C()).as(key).isEqualTo(expected);
      assertThat(headersOfPut(key)).containsEntry("x-amz-checksum-crc32c", expected);
    }
    assertThat(bucket.head(to.archive() + "/manifest.json").contentType())
        .isEqualTo("application/json");
  }

  @Test
  void aBodyIsSentAsItIsAndNotDigestedASecondTimeForTheSignature() throws Exception {
    Transfer.all(destination(Make.PLAIN), VOLUME);

    assertThat(headersOfPut("/data/"))
        .containsEntry("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        .doesNotContainKey("content-encoding")
        .doesNotContainKey("x-amz-decoded-content-length")
        .doesNotContainKey("x-amz-sdk-checksum-algorithm");
    assertThat(headersOfPut("/data/").get("authorization")).contains("x-amz-checksum-crc32c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/data/", "/index/", "/manifest.json"})
  void aBodyThatArrivesWithOtherBytesIsSentAgain(String part) throws Exception {
    gateway.when(request -> request.puts(part), 1, Gateway.turnBitOfRequest(333));
    ArchiveDestination to = destination(Make.PLAIN);

    Transfer.all(to, VOLUME);

    assertThat(gateway.count(request -> request.puts(part))).isEqualTo(2);
    Transfer.assertHolds(Make.found(to), VOLUME);
  }

  @Test
  void aServerThatKeepsAnotherChecksumThanItWasToldFailsThePut() throws Exception {
    gateway.when(
        request -> request.puts("/data/"),
        1,
        Gateway.acceptWith("x-amz-checksum-crc32c", "AAAAAA=="));
    ArchiveDestination to = destination(Make.PLAIN);

    assertThatThrownBy(() -> Transfer.all(to, VOLUME))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(to.archive() + "/data/000000000.")
        .hasMessageContaining("AAAAAA==");
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> Make.options(3, 1)).isInstanceOf(FspException.class);
    assertThatThrownBy(() -> Make.options(0, 1)).isInstanceOf(FspException.class);
    assertThatThrownBy(() -> Make.options(128, 1)).isInstanceOf(FspException.class);
    assertThatThrownBy(() -> Make.options(64, 0)).isInstanceOf(FspException.class);
    assertThatThrownBy(() -> Make.options(64, 23)).isInstanceOf(FspException.class);
    assertThatThrownBy(() -> options("", "AES256", "key", Map.of()))
        .isInstanceOf(FspException.class);
    assertThatThrownBy(() -> options("", "rot13", "", Map.of())).isInstanceOf(FspException.class);
  }
}
