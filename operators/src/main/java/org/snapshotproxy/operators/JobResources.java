package org.snapshotproxy.operators;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobID;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.MemoryBudget;

/**
 * What the subtasks of one job share in one task manager: the memory budget, the reading threads,
 * each destination's writing threads.
 *
 * <p>Counted: the first subtask to open makes it, the last one to close ends it. A restarted job
 * starts with a fresh budget, so a buffer that a dying request still fills is never one that the
 * new attempt was given.
 */
final class JobResources implements AutoCloseable {
  private static final Map<JobID, JobResources> SHARED = new HashMap<>();

  private final JobID job;
  private final MemoryBudget budget;
  private final ExecutorService readers;
  private final Map<Integer, ExecutorService> writers = new HashMap<>();
  private final int writeThreads;
  private int users;

  private JobResources(JobID job, TransferOptions.Settings settings) {
    checkHeap(settings.memoryBudget(), Runtime.getRuntime().maxMemory());
    this.job = job;
    this.budget = new MemoryBudget(settings.memoryBudget());
    this.readers = pool("fsp-read", settings.readThreads());
    this.writeThreads = settings.writeThreads();
  }

  /** Refuses a budget that would end in an OutOfMemoryError later, in the middle of a transfer. */
  static void checkHeap(long budget, long heap) {
    if (budget > heap / 4 * 3) {
      throw new FspException(
          String.format(
              "%s is %d MiB, more than three quarters of this process's heap of %d MiB; lower it with -D %s=..., or give the task manager more task heap.",
              TransferOptions.MEMORY_BUDGET.key(),
              budget >> 20,
              heap >> 20,
              TransferOptions.MEMORY_BUDGET.key()));
    }
  }

  /** The resources of a job; the caller closes them. */
  static JobResources open(JobID job, TransferOptions.Settings settings) {
    synchronized (SHARED) {
      JobResources resources = SHARED.computeIfAbsent(job, id -> new JobResources(id, settings));
      resources.users++;
      return resources;
    }
  }

  MemoryBudget budget() {
    return budget;
  }

  ExecutorService readers() {
    return readers;
  }

  /** The threads that write to one of the destinations, by its number. */
  ExecutorService writers(int destination) {
    synchronized (SHARED) {
      return writers.computeIfAbsent(
          destination, number -> pool("fsp-write-" + number, writeThreads));
    }
  }

  @Override
  public void close() {
    synchronized (SHARED) {
      if (--users == 0) {
        SHARED.remove(job);
        readers.shutdownNow();
        writers.values().forEach(ExecutorService::shutdownNow);
        budget.close();
      }
    }
  }

  private static ExecutorService pool(String name, int threads) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            // Unbounded, because what may wait here is bounded by the memory budget and by the
            // segments a writer has outstanding.
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
