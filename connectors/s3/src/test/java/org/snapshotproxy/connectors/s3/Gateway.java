package org.snapshotproxy.connectors.s3;

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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Stands before the S3 server, keeps a record of every request, and does to some of them what a
 * network or a service may do. Thread-safe.
 */
final class Gateway implements AutoCloseable {
  static {
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** Headers that the client of the way on sets itself. */
  private static final Set<String> OWN = Set.of("host", "content-length", "connection", "expect");

  /**
   * A request.
   *
   * @param headers by lower-case name
   */
  record Request(String method, String path, Map<String, String> headers, byte[] body) {
    boolean puts(String part) {
      return method.equals("PUT") && path.contains(part);
    }

    boolean gets(String part) {
      return method.equals("GET") && path.contains(part);
    }
  }

  /** An answer of the server. */
  private record Answer(int status, Map<String, List<String>> headers, byte[] body) {}

  /** What happens to a request instead of being passed on. */
  interface Effect {
    void on(Gateway gateway, HttpExchange exchange, Request request)
        throws IOException, InterruptedException;
  }

  private record Rule(Predicate<Request> which, AtomicInteger times, Effect effect) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final String target;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  Gateway(String target) throws IOException {
    this.target = target;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  S3Access access() {
    return Bucket.access(url());
  }

  /** Everything that was asked so far, in the order of arrival. */
  List<Request> requests() {
    return requests;
  }

  long count(Predicate<Request> which) {
    return requests.stream().filter(which).count();
  }

  void forget() {
    requests.clear();
  }

  /** Does something to so many of the requests to come. */
  void when(Predicate<Request> which, int times, Effect effect) {
    rules.add(new Rule(which, new AtomicInteger(times), effect));
  }

  /** What happens to a request otherwise. */
  static Effect passOn() {
    return after(() -> {});
  }

  /** Answers for the server that all is well. */
  static Effect accept() {
    return (gateway, exchange, request) ->
        gateway.send(exchange, request, new Answer(200, Map.of(), new byte[0]), 0);
  }

  /** The same with a header. */
  static Effect acceptWith(String header, String value) {
    return (gateway, exchange, request) -> {
      exchange.getResponseHeaders().set(header, value);
      accept().on(gateway, exchange, request);
    };
  }

  /** Answers with an error of S3. */
  static Effect error(int status, String code) {
    return (gateway, exchange, request) -> {
      String xml =
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>no %s</Message></Error>"
              .formatted(code, code);
      byte[] body = request.method.equals("HEAD") ? new byte[0] : bytes(xml);
      gateway.send(exchange, request, new Answer(status, Map.of(), body), body.length);
    };
  }

  /** Passes on a request whose body has one bit turned. */
  static Effect turnBitOfRequest(int bit) {
    return (gateway, exchange, request) -> {
      byte[] body = request.body.clone();
      body[bit / 8] ^= (byte) (1 << bit % 8);
      Request turned = new Request(request.method, request.path, request.headers, body);
      Answer answer = gateway.ask(turned);
      gateway.send(exchange, request, answer, answer.body.length);
    };
  }

  /** Turns one bit of the answer's body. */
  static Effect turnBitOfAnswer(int bit) {
    return (gateway, exchange, request) -> {
      Answer answer = gateway.ask(request);
      answer.body[bit / 8] ^= (byte) (1 << bit % 8);
      gateway.send(exchange, request, answer, answer.body.length);
    };
  }

  /** Passes a request on as if something else had been asked. */
  static Effect withPath(UnaryOperator<String> change) {
    return (gateway, exchange, request) -> {
      String path = change.apply(request.path);
      Answer answer = gateway.ask(new Request(request.method, path, request.headers, request.body));
      gateway.send(exchange, request, answer, answer.body.length);
    };
  }

  /** Breaks the connection off after some bytes of the answer's body. */
  static Effect breakOffAfter(int bytes) {
    return (gateway, exchange, request) ->
        gateway.send(exchange, request, gateway.ask(request), bytes);
  }

  /** Does something first, then passes the request on. */
  static Effect after(Action action) {
    return (gateway, exchange, request) -> {
      action.run();
      Answer answer = gateway.ask(request);
      gateway.send(exchange, request, answer, answer.body.length);
    };
  }

  /** Something that may wait. */
  interface Action {
    void run() throws InterruptedException;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(), values.get(0)));
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              headers,
              exchange.getRequestBody().readAllBytes());
      requests.add(request);
      effect(request).on(this, exchange, request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Effect effect(Request request) {
    for (Rule rule : rules) {
      if (rule.which.test(request) && rule.times.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        return rule.effect;
      }
    }
    return passOn();
  }

  private Answer ask(Request request) throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(target + request.path))
            .method(request.method, HttpRequest.BodyPublishers.ofByteArray(request.body));
    request.headers.forEach(
        (name, value) -> {
          if (!OWN.contains(name)) {
            builder.header(name, value);
          }
        });
    HttpResponse<byte[]> response =
        client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response.headers().map(), response.body());
  }

  private void send(HttpExchange exchange, Request request, Answer answer, int bytes)
      throws IOException {
    answer.headers.forEach(
        (name, values) -> {
          if (!OWN.contains(name) && !name.equals("transfer-encoding")) {
            exchange.getResponseHeaders().put(name, values);
          }
        });
    if (request.method.equals("HEAD")) {
      List<String> length = answer.headers.get("content-length");
      if (length != null) {
        exchange.getResponseHeaders().put("Content-Length", length);
      }
    }
    exchange.sendResponseHeaders(answer.status, answer.body.length == 0 ? -1 : answer.body.length);
    exchange.getResponseBody().write(answer.body, 0, Math.min(bytes, answer.body.length));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
