package org.snapshotproxy.pipelines.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection to a server that now and then changes a byte on the way, in both directions. Only
 * the bodies of large messages are hurt: what is small, or stands at a message's beginning, has no
 * digest in the protocols, and rests on TCP's and TLS's.
 */
final class DamagedWire implements Closeable {
  private static final int READ = 64 << 10;

  /** Headers end before this byte. */
  private static final int HEADERS = 8 << 10;

  private final URI behind;
  private final double chance;
  private final Random random;
  private final ServerSocket listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();

  /**
   * @param chance that what is read from a socket at once is damaged, 0 to 1
   */
  DamagedWire(URI behind, double chance, long seed) throws IOException {
    this.behind = behind;
    this.chance = chance;
    this.random = new Random(seed);
    threads.execute(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** Bytes changed on the way to the server. */
  int damagedRequests() {
    return requests.get();
  }

  /** Bytes changed on the way from it. */
  int damagedAnswers() {
    return answers.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = keep(listening.accept());
        Socket server = keep(new Socket(behind.getHost(), behind.getPort()));
        threads.execute(() -> forward(client, server, requests));
        threads.execute(() -> forward(server, client, answers));
      }
    } catch (IOException e) {
      // Closed: there is no more to accept.
      threads.shutdown();
    }
  }

  private Socket keep(Socket socket) {
    sockets.add(socket);
    return socket;
  }

  private void forward(Socket from, Socket to, AtomicInteger damaged) {
    byte[] bytes = new byte[READ];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        damage(bytes, length, damaged);
        out.write(bytes, 0, length);
      }
    } catch (IOException e) {
      // The other direction has ended, and with it the connection.
      sockets.remove(from);
    }
  }

  private synchronized void damage(byte[] bytes, int length, AtomicInteger damaged) {
    if (length > 2 * HEADERS && random.nextDouble() < chance) {
      bytes[HEADERS + random.nextInt(length - HEADERS)] ^= (byte) (1 << random.nextInt(8));
      damaged.incrementAndGet();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
