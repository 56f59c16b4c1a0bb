package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ebs.EbsClient;

/** Bytes on a socket, as clients other than the SDK send them. */
class WireTest {
  private LocalEndpoint endpoint;
  private EbsClient ebs;
  private Socket socket;

  @BeforeEach
  void start() throws IOException {
    endpoint =
        LocalEndpoint.start(
            EndpointConfig.builder().completionDelay(Duration.ZERO).maxBodies(2).build());
    ebs = Clients.ebs(endpoint.uri());
    socket = connect();
  }

  private Socket connect() throws IOException {
    Socket fresh = new Socket("127.0.0.1", endpoint.port());
    fresh.setSoTimeout(10_000);
    return fresh;
  }

  @AfterEach
  void stop() throws IOException {
    socket.close();
    ebs.close();
    endpoint.close();
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().trim();
  }

  /** Status line and body of the next answer. */
  private record Answer(String status, String body) {}

  private static Answer read(Socket from) throws IOException {
    return read(from, true);
  }

  private static Answer read(Socket from, boolean withBody) throws IOException {
    InputStream in = from.getInputStream();
    String status = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).trim());
      }
    }
    byte[] body = withBody ? in.readNBytes(length) : new byte[0];
    return new Answer(status, new String(body, StandardCharsets.ISO_8859_1));
  }

  private String pending() {
    return ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
  }

  private static String putHead(String id, int index, byte[] data, String extra) {
    return "PUT /snapshots/"
        + id
        + "/blocks/"
        + index
        + " HTTP/1.1\r\nhost: x\r\n"
        + "x-amz-data-length: 524288\r\nx-amz-checksum-algorithm: SHA256\r\n"
        + "x-amz-checksum: "
        + Clients.base64(Clients.sha256(data))
        + "\r\n"
        + extra
        + "\r\n";
  }

  private void assertStored(String id, byte[] data) {
    Clients.complete(ebs, id, Map.of(1, data));
    assertThat(Clients.read(ebs, id).get(1)).isEqualTo(data);
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    String id = Clients.snapshot(ebs, Map.of(1, Clients.block(1)));
    String request = "GET /snapshots/" + id + "/blocks HTTP/1.1\r\nhost: x\r\n\r\n";
    String unknown = "GET /snapshots/snap-0/blocks HTTP/1.1\r\nhost: x\r\n\r\n";
    send(socket, request + unknown + request);
    assertThat(read(socket).status()).contains("200");
    assertThat(read(socket).status()).contains("404");
    assertThat(read(socket).body()).contains("BlockToken");
  }

  @Test
  void aBodyMayWaitForContinue() throws IOException {
    String id = pending();
    byte[] data = Clients.block(1);
    send(socket, putHead(id, 1, data, "expect: 100-continue\r\ncontent-length: 524288\r\n"));
    assertThat(read(socket).status()).contains("100");
    socket.getOutputStream().write(data);
    assertThat(read(socket).status()).contains("201");
    assertStored(id, data);
  }

  @Test
  void aBodyMayComeInTransferChunks() throws IOException {
    String id = pending();
    byte[] data = Clients.block(1);
    send(socket, putHead(id, 1, data, "transfer-encoding: chunked\r\n"));
    OutputStream out = socket.getOutputStream();
    for (int at = 0; at < data.length; at += 65_536) {
      send(socket, "10000\r\n");
      out.write(data, at, 65_536);
      send(socket, "\r\n");
    }
    send(socket, "0\r\n\r\n");
    assertThat(read(socket).status()).contains("201");
    assertStored(id, data);
  }

  private static byte[] awsChunked(byte[] data, String trailerSum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("40000\r\n".getBytes(StandardCharsets.US_ASCII));
    out.write(data, 0, 262_144);
    out.write("\r\n40000;chunk-signature=abc\r\n".getBytes(StandardCharsets.US_ASCII));
    out.write(data, 262_144, 262_144);
    out.write(
        ("\r\n0\r\nx-amz-checksum-sha256:" + trailerSum + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  @Test
  void aBodyMayBeAwsChunkedWithAChecksumInItsTrailer() throws IOException {
    String id = pending();
    byte[] data = Clients.block(1);
    for (String sum : List.of(Clients.base64(Clients.sha256(data)), "AAAA")) {
      byte[] body = awsChunked(data, sum);
      send(
          socket,
          putHead(
              id,
              1,
              data,
              "content-encoding: aws-chunked\r\ncontent-length: " + body.length + "\r\n"));
      socket.getOutputStream().write(body);
      assertThat(read(socket).status()).contains(sum.equals("AAAA") ? "400" : "201");
    }
    assertStored(id, data);
  }

  @Test
  void pathsMayBePercentEncoded() throws IOException {
    String id = Clients.snapshot(ebs, Map.of(1, Clients.block(1)));
    String encoded = id.replace("-", "%2D");
    send(socket, "GET /snapshots/" + encoded + "/blocks HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(read(socket).body()).contains("\"BlockIndex\":1");
  }

  @Test
  void aPathThatCannotBeDecodedIsRefused() throws IOException {
    send(socket, "GET /snapshots/%zz/blocks HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(read(socket).status()).contains("400");
  }

  @Test
  void aHeadIsAnsweredWithoutABody() throws IOException {
    send(socket, "HEAD /snapshots/snap-0/blocks HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(read(socket, false).status()).contains("404");
    send(socket, "GET /_control/health HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(read(socket).status()).contains("200");
  }

  @Test
  void anOversizedBodyIsRefused() throws IOException {
    send(socket, "POST /snapshots HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999\r\n\r\n");
    assertThat(read(socket).status()).contains("413");
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void nonsenseIsRefused() throws IOException {
    send(socket, "NONSENSE\r\n\r\n");
    assertThat(read(socket).status()).contains("400");
  }

  @Test
  void bodiesBeyondTheBudgetWaitForAFreePlace() throws IOException {
    String id = pending();
    byte[] data = Clients.block(1);
    String head = putHead(id, 1, data, "expect: 100-continue\r\ncontent-length: 524288\r\n");
    try (Socket second = connect();
        Socket third = connect()) {
      send(socket, head);
      assertThat(read(socket).status()).contains("100");
      send(second, head);
      assertThat(read(second).status()).contains("100");
      send(third, head);
      socket.close();
      assertThat(read(third).status()).contains("100");
      third.getOutputStream().write(data);
      assertThat(read(third).status()).contains("201");
    }
    assertStored(id, data);
  }

  private Answer control(String method, String path, String body) throws IOException {
    send(
        socket,
        method
            + " /_control/"
            + path
            + " HTTP/1.1\r\nhost: x\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n"
            + body);
    return read(socket);
  }

  @Test
  void controlCallsDoWhatTheControlDoes() throws IOException {
    Answer made = control("POST", "synthetic", "{\"VolumeSize\":1,\"Seed\":3,\"Density\":1}");
    String id = made.body().replaceAll(".*\"(snap-[0-9a-f]+)\".*", "$1").trim();
    assertThat(Clients.list(ebs, id)).hasSize(2048);
    Answer child =
        control("POST", "synthetic", "{\"ParentSnapshotId\":\"" + id + "\",\"Removed\":1}");
    String childId = child.body().replaceAll(".*\"(snap-[0-9a-f]+)\".*", "$1").trim();
    assertThat(Clients.list(ebs, childId)).isEmpty();
    assertThat(control("POST", "faults", "{\"Spec\":\"throttle:n=1\"}").status()).contains("200");
    assertThat(control("GET", "faults", "").body()).contains("throttle:n=1");
    assertThat(control("DELETE", "faults", "").status()).contains("200");
    assertThat(control("GET", "faults", "").body()).doesNotContain("throttle");
    assertThat(control("POST", "faults", "{\"Spec\":\"boom\"}").status()).contains("400");
    assertThat(control("POST", "faults", "{").status()).contains("400");
    assertThat(control("POST", "nowhere", "{}").status()).contains("400");
    assertThat(control("GET", "counters", "").body()).contains("\"ListSnapshotBlocks.ok\":2");
    assertThat(control("POST", "counters/reset", "").status()).contains("200");
    assertThat(control("GET", "counters", "").body().trim()).isEqualTo("{}");
  }
}
