package org.snapshotproxy.pipelines.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snapshotproxy.endpoint.policy.Call;
import org.snapshotproxy.endpoint.policy.CallLog;
import org.snapshotproxy.endpoint.policy.Policies;

/**
 * Stands before the S3 server and lets only that through which the caller's policies allow, as S3
 * does it. Thread-safe.
 */
final class S3Guard implements AutoCloseable {
  static {
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** Headers that the client of the way on sets itself. */
  private static final Set<String> OWN =
      Set.of("host", "content-length", "connection", "expect", "transfer-encoding");

  private static final Pattern KEY = Pattern.compile("Credential=([^/]+)/[0-9]+/([^/]+)/");
  private static final Pattern PREFIX = Pattern.compile("(?:^|&)prefix=([^&]*)");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final String target;
  private final Policies policies;
  private final CallLog calls;

  S3Guard(String target, Policies policies, CallLog calls) throws IOException {
    this.target = target;
    this.policies = policies;
    this.calls = calls;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      for (Call call : calls(exchange)) {
        if (denies(exchange, call)) {
          return;
        }
      }
      HttpResponse<byte[]> answer = ask(exchange, body);
      Call looking = call(exchange, "s3:ListBucket", "", Map.of());
      // Whether an object is there is told only to those who may list.
      if (answer.statusCode() == 404 && isOnObject(exchange) && denies(exchange, looking)) {
        return;
      }
      send(exchange, answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isOnObject(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().substring(1).contains("/");
  }

  private static List<Call> calls(HttpExchange exchange) {
    if (!isOnObject(exchange)) {
      Matcher prefix =
          PREFIX.matcher(Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""));
      Map<String, String> context = prefix.find() ? Map.of("s3:prefix", prefix.group(1)) : Map.of();
      return List.of(call(exchange, "s3:ListBucket", "", context));
    }
    String path = exchange.getRequestURI().getPath().substring(1);
    String key = path.substring(path.indexOf('/'));
    String action =
        switch (exchange.getRequestMethod()) {
          case "GET", "HEAD" -> "s3:GetObject";
          case "PUT" -> "s3:PutObject";
          case "DELETE" -> "s3:DeleteObject";
          default -> "s3:" + exchange.getRequestMethod();
        };
    List<Call> calls = new ArrayList<>(List.of(call(exchange, action, key, Map.of())));
    if (exchange.getRequestHeaders().containsKey("x-amz-tagging")) {
      calls.add(call(exchange, "s3:PutObjectTagging", key, Map.of()));
    }
    return calls;
  }

  private static Call call(
      HttpExchange exchange, String action, String key, Map<String, String> context) {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    Matcher signed = KEY.matcher(authorization == null ? "" : authorization);
    boolean known = signed.find();
    String bucket = exchange.getRequestURI().getPath().substring(1).split("/")[0];
    return new Call(
        known ? signed.group(1) : "",
        known ? signed.group(2) : "",
        action,
        List.of("arn:aws:s3:::" + bucket + key),
        context);
  }

  private boolean denies(HttpExchange exchange, Call call) throws IOException {
    calls.add(call);
    Optional<String> resource = policies.denies(call);
    if (resource.isEmpty()) {
      return false;
    }
    byte[] xml =
        """
        <?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>User: %s is not authorized to perform: %s on resource: "%s"</Message></Error>
        """
            .formatted(call.principal(), call.action(), resource.get())
            .strip()
            .getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(403, head ? -1 : xml.length);
    if (!head) {
      exchange.getResponseBody().write(xml);
    }
    return true;
  }

  private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name.toLowerCase())) {
                builder.header(name, values.get(0));
              }
            });
    return client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void send(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name) || head && name.equals("content-length")) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    byte[] body = answer.body();
    exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
