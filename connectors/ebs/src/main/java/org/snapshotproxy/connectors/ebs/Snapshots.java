package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.aws.Faults;
import org.snapshotproxy.connectors.aws.Patience;
import org.snapshotproxy.connectors.aws.Retrier;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.Tag;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotState;

/** What a driver does with snapshots before and after a job. Used by one thread. */
public final class Snapshots implements AutoCloseable {
  /**
   * How long a pending snapshot may go without a block before the service gives it up: the longest
   * that can be asked for, since a transfer of 64 TiB may rest for hours.
   */
  public static final Duration IDLE = Duration.ofHours(72);

  private static final long POLL_MILLIS = 200;
  private static final long SLOWEST_POLL_MILLIS = 5_000;

  private final AwsAccess access;
  private final AwsClients clients;
  private final Ec2Client ec2;
  private final Retrier retrier = new Retrier(Patience.DRIVER, EbsRefusals.KNOWN);

  public Snapshots(AwsAccess access) {
    this.access = access;
    this.clients = AwsClients.open(access);
    this.ec2 = clients.newEc2();
  }

  /**
   * Finds out whether a snapshot can be read, and how large its volume is.
   *
   * @throws FspException if it does not exist here, is not completed, or may not be read
   */
  public SnapshotInfo inspect(String snapshotId) throws IOException, InterruptedException {
    ListSnapshotBlocksResponse page =
        retrier.call(
            what("ListSnapshotBlocks", snapshotId),
            () -> clients.ebs().listSnapshotBlocks(r -> r.snapshotId(snapshotId).maxResults(100)));
    if (page.blockSize() == null || page.blockSize() != Blocks.SIZE) {
      throw new FspException(
          snapshotId
              + " has blocks of "
              + page.blockSize()
              + " bytes; this tool knows blocks of "
              + Blocks.SIZE
              + " bytes.");
    }
    return new SnapshotInfo(snapshotId, Math.toIntExact(page.volumeSize()));
  }

  /**
   * Finds out whether the changes between two snapshots can be listed and read.
   *
   * @throws FspException if either cannot be read, they are not related, or the second one's volume
   *     is smaller than the first one's
   */
  public DeltaInfo compare(String firstId, String secondId)
      throws IOException, InterruptedException {
    SnapshotInfo first = inspect(firstId);
    SnapshotInfo second = inspect(secondId);
    if (second.volumeGiB() < first.volumeGiB()) {
      throw new FspException(
          secondId
              + " is of a volume of "
              + second.volumeGiB()
              + " GiB, "
              + firstId
              + " of one of "
              + first.volumeGiB()
              + " GiB; a volume never shrinks, so name the earlier snapshot first.");
    }
    DeltaInfo delta = new DeltaInfo(first, second);
    DeltaView view = delta.view(access);
    try {
      retrier.call(
          () -> view.operation() + " of " + view.name(),
          () -> view.page(clients.ebs(), 0, null, 100));
    } catch (FspException e) {
      throw view.explain(e);
    }
    return delta;
  }

  /** Starts a snapshot, or finds the one that the same client token started before. */
  public String start(SnapshotSpec spec) throws IOException, InterruptedException {
    StartSnapshotRequest.Builder request =
        StartSnapshotRequest.builder()
            .volumeSize((long) spec.volumeGiB())
            .clientToken(spec.clientToken())
            .timeout(Math.toIntExact(IDLE.toMinutes()))
            .tags(
                new TreeMap<>(spec.tags())
                    .entrySet().stream()
                        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                        .toList());
    if (!spec.description().isEmpty()) {
      request.description(spec.description());
    }
    if (!spec.parentSnapshotId().isEmpty()) {
      request.parentSnapshotId(spec.parentSnapshotId());
    }
    if (spec.encrypted() || !spec.kmsKeyArn().isEmpty()) {
      request.encrypted(true);
    }
    if (!spec.kmsKeyArn().isEmpty()) {
      request.kmsKeyArn(spec.kmsKeyArn());
    }
    return retrier
        .call(
            () -> "StartSnapshot of " + spec.volumeGiB() + " GiB in " + access.region(),
            () -> clients.ebs().startSnapshot(request.build()))
        .snapshotId();
  }

  /** What EC2 says of a snapshot; empty where the caller may not ask. */
  public Optional<Described> describe(String snapshotId) throws IOException, InterruptedException {
    try {
      return retrier
          .call(
              what("DescribeSnapshots", snapshotId),
              () -> ec2.describeSnapshots(r -> r.snapshotIds(snapshotId)))
          .snapshots()
          .stream()
          .map(Described::of)
          .findFirst();
    } catch (FspException e) {
      if (Faults.isDenied(e.getCause())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Waits until a sealed snapshot is completed.
   *
   * @return false where the caller may not ask EC2, so that nobody can tell
   * @throws FspException if it ends in error, or not within {@code patience}
   */
  public boolean awaitCompleted(String snapshotId, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    long pause = POLL_MILLIS;
    while (true) {
      Optional<Described> described = describe(snapshotId);
      if (described.isEmpty()) {
        return false;
      }
      switch (described.get().state()) {
        case "completed" -> {
          return true;
        }
        case "error" ->
            throw new FspException(
                snapshotId
                    + " in "
                    + access.region()
                    + " went to state error after it was sealed; delete it and repeat the transfer.");
        default -> {
          if (System.nanoTime() > deadline) {
            throw new FspException(
                snapshotId
                    + " in "
                    + access.region()
                    + " is sealed but still "
                    + described.get().state()
                    + " after "
                    + patience.toMinutes()
                    + " minutes; look at it again later, or pass --no-wait.");
          }
        }
      }
      Thread.sleep(pause);
      pause = Math.min(SLOWEST_POLL_MILLIS, pause * 3 / 2);
    }
  }

  /** Deletes a snapshot; one that is already gone is fine. */
  public void delete(String snapshotId) throws IOException, InterruptedException {
    try {
      retrier.call(
          what("DeleteSnapshot", snapshotId),
          () -> ec2.deleteSnapshot(r -> r.snapshotId(snapshotId)));
    } catch (FspException e) {
      if (!Faults.isNotFound(e.getCause())) {
        throw e;
      }
    }
  }

  private Supplier<String> what(String operation, String snapshotId) {
    return () -> operation + " of " + snapshotId + " in " + access.region();
  }

  @Override
  public void close() {
    ec2.close();
    clients.close();
  }

  /**
   * A snapshot in EC2's words.
   *
   * @param state {@code pending}, {@code completed}, {@code error} …
   * @param description perhaps empty
   * @param tags without those AWS reserves
   * @param encrypted whether it is encrypted
   */
  public record Described(
      String state, String description, Map<String, String> tags, boolean encrypted) {
    static Described of(Snapshot snapshot) {
      Map<String, String> tags = new TreeMap<>();
      snapshot.tags().stream()
          .filter(tag -> !tag.key().startsWith("aws:"))
          .forEach(tag -> tags.put(tag.key(), tag.value()));
      SnapshotState state = snapshot.state();
      return new Described(
          state == null ? snapshot.stateAsString() : state.toString(),
          snapshot.description() == null ? "" : snapshot.description(),
          tags,
          Boolean.TRUE.equals(snapshot.encrypted()));
    }
  }
}
