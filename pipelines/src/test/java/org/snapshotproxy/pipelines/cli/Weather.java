package org.snapshotproxy.pipelines.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Faults by chance: a few at once, other ones after a while, and what befalls whole processes. */
final class Weather implements AutoCloseable {
  private static final String BLOCKS = "op=GetSnapshotBlock+PutSnapshotBlock";
  private static final String ALL =
      "op=ListSnapshotBlocks+ListChangedBlocks+GetSnapshotBlock+StartSnapshot+PutSnapshotBlock+CompleteSnapshot";

  /** Each with what chance makes of it; together they leave nine attempts enough. */
  private static final List<String> FAULTS =
      List.of(
          "throttle:p=0.%d," + ALL,
          "snapshot-throttle:p=0.%d," + BLOCKS,
          "server-error:status=503,p=0.0%d," + ALL,
          "server-error:p=0.0%d," + ALL,
          "reset:p=0.0%d," + ALL,
          "reset-in-body:p=0.0%d," + ALL,
          "truncate:p=0.0%d," + ALL,
          "corrupt:p=0.0%d",
          "wrong-checksum:op=GetSnapshotBlock,p=0.0%d",
          "wrong-checksum:op=PutSnapshotBlock,p=0.0%d",
          "latency:ms=%d00,p=0.3," + ALL,
          "stall:n=1," + BLOCKS,
          "expired-block-token:n=%d",
          "not-found:op=PutSnapshotBlock+CompleteSnapshot,younger=%d",
          "short-page:size=%d",
          "empty-page:p=0.%d");

  private final TestCloud cloud;
  private final Random random;
  private final List<Event> events;
  private final Thread thread = new Thread(this::change, "weather");
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean over;
  private volatile Exception failure;

  /** Something that happens to a whole process. */
  interface Event {
    void happen() throws Exception;
  }

  /**
   * Begins with some faults.
   *
   * @param more events besides the endpoint's own, such as a kill
   */
  Weather(TestCloud cloud, Random random, List<Event> more) {
    this.cloud = cloud;
    this.random = random;
    this.events = new ArrayList<>(List.of(this::others, this::others, this::restart));
    events.addAll(more);
    others();
    thread.start();
  }

  private void others() {
    cloud.control().clearFaults();
    for (int count = 1 + random.nextInt(3); count > 0; count--) {
      String fault = FAULTS.get(random.nextInt(FAULTS.size())).formatted(1 + random.nextInt(5));
      log.add(fault);
      cloud.control().addFault(fault);
    }
  }

  private void restart() throws Exception {
    log.add("the endpoint is restarted");
    int millis = 200 + random.nextInt(3000);
    cloud.restart(() -> pause(millis));
    others();
  }

  private void change() {
    try {
      while (!over) {
        pause(500 + random.nextInt(5000));
        if (!over) {
          events.get(random.nextInt(events.size())).happen();
        }
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  private void pause(int millis) {
    // In steps, so that the end is not waited for.
    IntStream.range(0, millis / 50).takeWhile(step -> !over).forEach(step -> sleep());
  }

  private static void sleep() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was tried so far, in order. */
  List<String> log() {
    return List.copyOf(log);
  }

  /** Ends all faults. */
  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cloud.control().clearFaults();
    if (failure != null) {
      throw new AssertionError("the weather itself failed", failure);
    }
  }
}
