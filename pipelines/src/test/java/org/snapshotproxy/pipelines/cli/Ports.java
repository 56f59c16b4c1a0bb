package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * Free ports for processes that bind them later. They are below those that a system gives to
 * connections of its own accord, so that no connection comes in between.
 */
final class Ports {
  private static final int FIRST = 15_000;
  private static final int END = 32_000;

  private Ports() {}

  static int one() {
    return first(1);
  }

  /** The first of several in a row. */
  static int first(int count) {
    Random random = new Random();
    int port;
    do {
      port = random.nextInt(FIRST, END - count);
    } while (!areFree(port, count));
    return port;
  }

  private static boolean areFree(int first, int count) {
    for (int port = first; port < first + count; port++) {
      try (ServerSocket free = new ServerSocket()) {
        free.bind(new InetSocketAddress(port));
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}
