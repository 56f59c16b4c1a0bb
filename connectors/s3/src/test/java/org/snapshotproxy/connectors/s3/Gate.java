package org.snapshotproxy.connectors.s3;

import java.util.Collection;

/** Holds everybody who comes until it is opened, and counts them. Thread-safe. */
final class Gate implements Gateway.Action {
  private int arrived;
  private int inside;
  private int most;
  private boolean open;

  @Override
  public synchronized void run() throws InterruptedException {
    arrived++;
    inside++;
    most = Math.max(most, inside);
    notifyAll();
    while (!open) {
      wait();
    }
    inside--;
  }

  synchronized void awaitArrived(int count) throws InterruptedException {
    while (arrived < count) {
      wait();
    }
  }

  /** Until so many of the threads wait, not for a socket, but for each other. */
  static void awaitWaiting(Collection<Thread> threads, int count) throws InterruptedException {
    while (threads.stream().filter(each -> each.getState() == Thread.State.WAITING).count()
        < count) {
      Thread.sleep(1);
    }
  }

  synchronized void open() {
    open = true;
    notifyAll();
  }

  synchronized int arrived() {
    return arrived;
  }

  /** Most at one time. */
  synchronized int most() {
    return most;
  }
}
