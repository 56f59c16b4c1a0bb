package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster of a Flink line that this build is not for; here is only what it is asked. */
class OtherLineTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    cluster.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          byte[] answer = "{\"flink-version\":\"1.19.3-amzn-1\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    cluster.start();
  }

  @AfterEach
  void stop() {
    cluster.stop(0);
  }

  @Test
  void noJobIsSubmittedToIt() {
    String address = "localhost:" + cluster.getAddress().getPort();

    Invocation copy =
        Invocation.of(
            "--cluster",
            address,
            "-o",
            "us-east-1",
            "copy",
            "snap-0123456789abcdef0",
            "-d",
            "eu-west-1");

    assertThat(copy.code()).isEqualTo(1);
    assertThat(copy.out()).isEmpty();
    assertThat(copy.err()).contains(address, "runs Flink 1.19.3-amzn-1", "FSP_FLINK_LINE");
    assertThat(asked).containsExactly("GET /config");
  }
}
