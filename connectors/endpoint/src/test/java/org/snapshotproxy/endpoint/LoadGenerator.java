package org.snapshotproxy.endpoint;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures an endpoint that accepts unsigned requests: {@code LoadGenerator URI list|get|put
 * CONNECTIONS SECONDS [SNAPSHOT_ID]}. One thread and one keep-alive socket a connection; {@code
 * list} and {@code get} make a full 1 TiB synthetic snapshot unless one is named.
 */
final class LoadGenerator {
  private static final Pattern ENTRY =
      Pattern.compile("\"BlockIndex\":(\\d+),\"BlockToken\":\"([^\"]+)\"");
  private static final Pattern ID = Pattern.compile("\"SnapshotId\":\"([^\"]+)\"");
  private static final Pattern CPU = Pattern.compile("\"cpuSeconds\":([0-9.E-]+)");
  private static final int PAGE = 10_000;
  private static final int BLOCKS = 1024 * 2048;

  private final URI uri;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong blocks = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  private LoadGenerator(URI uri) {
    this.uri = uri;
  }

  public static void main(String[] args) throws Exception {
    LoadGenerator load = new LoadGenerator(URI.create(args[0]));
    int connections = Integer.parseInt(args[2]);
    int seconds = Integer.parseInt(args[3]);
    String id = args.length > 4 ? args[4] : load.snapshot(args[1]);
    List<byte[]> work = load.requests(args[1], id);
    load.run(args[1], work, connections, 2);
    double serverBefore = load.serverCpu();
    double ownBefore = ownCpu();
    load.run(args[1], work, connections, seconds);
    load.report(args[1], seconds, load.serverCpu() - serverBefore, ownCpu() - ownBefore);
  }

  private String snapshot(String mode) throws IOException, InterruptedException {
    String answer =
        mode.equals("put")
            ? send("POST", "/snapshots", "{\"VolumeSize\":1024,\"Timeout\":10}")
            : send("POST", "/_control/synthetic", "{\"VolumeSize\":1024,\"Seed\":1}");
    return first(ID, answer);
  }

  private String send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("the server answered " + text);
    }
    return matcher.group(1);
  }

  private double serverCpu() throws IOException, InterruptedException {
    return Double.parseDouble(first(CPU, send("GET", "/_control/health", "")));
  }

  private static double ownCpu() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1e9;
  }

  /** The requests, whole, that connections send in turn. */
  private List<byte[]> requests(String mode, String id) throws IOException, InterruptedException {
    List<byte[]> work = new ArrayList<>();
    switch (mode) {
      case "list" -> {
        for (int from = 0; from < BLOCKS - PAGE; from += PAGE) {
          work.add(get("/snapshots/" + id + "/blocks?maxResults=10000&startingBlockIndex=" + from));
        }
      }
      case "get" -> {
        Matcher entry = ENTRY.matcher(send("GET", "/snapshots/" + id + "/blocks", ""));
        while (entry.find()) {
          String token = entry.group(2).replace("+", "%2B").replace("/", "%2F");
          work.add(get("/snapshots/" + id + "/blocks/" + entry.group(1) + "?blockToken=" + token));
        }
      }
      default -> {
        for (int i = 0; i < 64; i++) {
          work.add(put(id, i));
        }
      }
    }
    return work;
  }

  private static byte[] get(String path) {
    return ("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] put(String id, int index) {
    byte[] data = Clients.block(index);
    byte[] head =
        ("PUT /snapshots/"
                + id
                + "/blocks/#INDEX# HTTP/1.1\r\nhost: localhost\r\n"
                + "x-amz-Data-Length: 524288\r\nx-amz-Checksum-Algorithm: SHA256\r\n"
                + "x-amz-Checksum: "
                + Clients.base64(Clients.sha256(data))
                + "\r\n"
                + "content-length: 524288\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(head, head.length + data.length);
    System.arraycopy(data, 0, whole, head.length, data.length);
    return whole;
  }

  private void run(String mode, List<byte[]> work, int connections, int seconds)
      throws InterruptedException {
    requests.set(0);
    blocks.set(0);
    bytes.set(0);
    AtomicLong next = new AtomicLong();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<Thread> threads = new ArrayList<>();
    for (int c = 0; c < connections; c++) {
      Thread thread = new Thread(() -> drive(mode, work, next, end));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void drive(String mode, List<byte[]> work, AtomicLong next, long end) {
    byte[] scratch = new byte[256 * 1024];
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
      while (System.nanoTime() < end) {
        long turn = next.getAndIncrement();
        byte[] request = work.get((int) (turn % work.size()));
        if (mode.equals("put")) {
          writePut(out, request, (int) (turn % BLOCKS));
        } else {
          out.write(request);
        }
        int length = readAnswer(in, scratch);
        requests.incrementAndGet();
        blocks.addAndGet(mode.equals("list") ? PAGE : 1);
        bytes.addAndGet(mode.equals("put") ? Clients.BLOCK : length);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a connection failed", e);
    }
  }

  /** Writes a put with the index in the place of its mark, without copying the block. */
  private static void writePut(OutputStream out, byte[] request, int index) throws IOException {
    int mark = new String(request, 0, 100, StandardCharsets.US_ASCII).indexOf("#INDEX#");
    out.write(request, 0, mark);
    out.write(Integer.toString(index).getBytes(StandardCharsets.US_ASCII));
    out.write(request, mark + 7, request.length - mark - 7);
  }

  private static int readAnswer(InputStream in, byte[] scratch) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int lineEnds = 0; lineEnds < 2; ) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("after '" + head + "'");
      }
      head.append((char) c);
      lineEnds = c == '\n' ? lineEnds + 1 : c == '\r' ? lineEnds : 0;
    }
    String text = head.toString().toLowerCase(Locale.ROOT);
    if (!text.startsWith("http/1.1 20")) {
      throw new IOException(text);
    }
    int at = text.indexOf("content-length: ") + 16;
    int length = Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
    for (int left = length; left > 0; ) {
      int n = in.read(scratch, 0, Math.min(left, scratch.length));
      if (n < 0) {
        throw new EOFException("in a body");
      }
      left -= n;
    }
    return length;
  }

  private void report(String mode, int seconds, double serverCpu, double ownCpu) {
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f requests/s, %.0f blocks/s, %.0f MiB/s; CPU: server %.2f cores, client %.2f%n",
        mode,
        requests.get() / (double) seconds,
        blocks.get() / (double) seconds,
        bytes.get() / 1048576.0 / seconds,
        serverCpu / seconds,
        ownCpu / seconds);
  }
}
