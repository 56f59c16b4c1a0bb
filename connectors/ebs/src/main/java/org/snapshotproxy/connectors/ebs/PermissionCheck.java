package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.aws.Faults;
import org.snapshotproxy.connectors.aws.Patience;
import org.snapshotproxy.connectors.aws.Retrier;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * The dry run's questions. Nothing is written: reads are made for real, EC2 is asked with its
 * DryRun flag, and EBS writes are tried on a snapshot id that does not exist, where a caller
 * without the permission is denied before the id is looked at.
 */
public final class PermissionCheck implements AutoCloseable {
  /** An id no snapshot has. */
  private static final String NOWHERE = "snap-00000000000000000";

  /** What came of a question. */
  public enum Outcome {
    /** The call was allowed. */
    OK,
    /** The call was refused. */
    FAILED,
    /** There is no way to ask without writing. */
    UNKNOWN
  }

  /**
   * One question and its answer.
   *
   * @param subject the operation and its object
   * @param outcome what came of it
   * @param detail why, or empty
   */
  public record Finding(String subject, Outcome outcome, String detail) {}

  private final AwsAccess access;
  private final AwsClients clients;
  private final Ec2Client ec2;
  private final Retrier retrier = new Retrier(Patience.DRIVER, EbsRefusals.KNOWN);
  private final List<Finding> findings = new ArrayList<>();
  private boolean identified;

  public PermissionCheck(AwsAccess access) {
    this.access = access;
    this.clients = AwsClients.open(access);
    this.ec2 = clients.newEc2();
  }

  /** Asks for everything that reading a snapshot needs. */
  public void canRead(String snapshotId) throws IOException, InterruptedException {
    canList(snapshotId);
    ListSnapshotBlocksResponse page;
    try {
      page =
          retrier.call(
              () -> "ListSnapshotBlocks",
              () ->
                  clients.ebs().listSnapshotBlocks(r -> r.snapshotId(snapshotId).maxResults(100)));
    } catch (FspException e) {
      return;
    }
    if (page.blocks().isEmpty()) {
      findings.add(
          new Finding(
              "ebs:GetSnapshotBlock on " + snapshotId,
              Outcome.UNKNOWN,
              "its first page lists no block to read"));
      return;
    }
    Block block = page.blocks().get(0);
    ask(
        "ebs:GetSnapshotBlock",
        snapshotId,
        () ->
            clients
                .ebs()
                .getSnapshotBlockAsBytes(
                    r ->
                        r.snapshotId(snapshotId)
                            .blockIndex(block.blockIndex())
                            .blockToken(block.blockToken())));
  }

  /** Asks for what listing a snapshot needs, but not reading it. */
  public void canList(String snapshotId) throws IOException, InterruptedException {
    identity();
    ask(
        "ebs:ListSnapshotBlocks",
        snapshotId,
        () -> clients.ebs().listSnapshotBlocks(r -> r.snapshotId(snapshotId).maxResults(100)));
  }

  /** Asks for what listing the changes between two snapshots needs. */
  public void canCompare(String firstId, String secondId) throws IOException, InterruptedException {
    ask(
        "ebs:ListChangedBlocks",
        firstId + " and " + secondId,
        () ->
            clients
                .ebs()
                .listChangedBlocks(
                    r -> r.firstSnapshotId(firstId).secondSnapshotId(secondId).maxResults(100)));
  }

  /** Asks for what taking over a snapshot's tags or description needs. */
  public void canDescribe(String snapshotId) throws IOException, InterruptedException {
    ask(
        "ec2:DescribeSnapshots",
        snapshotId,
        () -> ec2.describeSnapshots(r -> r.snapshotIds(snapshotId)));
  }

  /**
   * Asks for everything that writing a new snapshot needs, as far as that can be asked.
   *
   * @param tags it is to have
   * @param encrypted whether a key is used
   */
  public void canWrite(Map<String, String> tags, boolean encrypted)
      throws IOException, InterruptedException {
    identity();
    findings.add(
        new Finding(
            "ebs:StartSnapshot in " + access.region(),
            Outcome.UNKNOWN,
            "the service has no dry run for it"));
    byte[] zeros = new byte[Blocks.SIZE];
    String checksum = Base64.getEncoder().encodeToString(Blocks.zeroDigest());
    probe(
        "ebs:PutSnapshotBlock",
        () ->
            clients
                .ebs()
                .putSnapshotBlock(
                    r ->
                        r.snapshotId(NOWHERE)
                            .blockIndex(0)
                            .dataLength(Blocks.SIZE)
                            .checksum(checksum)
                            .checksumAlgorithm(ChecksumAlgorithm.SHA256),
                    RequestBody.fromBytes(zeros)));
    probe(
        "ebs:CompleteSnapshot",
        () -> clients.ebs().completeSnapshot(r -> r.snapshotId(NOWHERE).changedBlocksCount(0)));
    ask(
        "ec2:DescribeSnapshots",
        "the new snapshot",
        () -> ec2.describeSnapshots(r -> r.ownerIds("self").maxResults(5)));
    probe("ec2:DeleteSnapshot", () -> ec2.deleteSnapshot(r -> r.snapshotId(NOWHERE).dryRun(true)));
    if (!tags.isEmpty()) {
      List<Tag> wanted =
          tags.entrySet().stream()
              .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
              .toList();
      probe(
          "ec2:CreateTags",
          () -> ec2.createTags(r -> r.resources(NOWHERE).tags(wanted).dryRun(true)));
    }
    if (encrypted) {
      findings.add(
          new Finding(
              "the use of the KMS key", Outcome.UNKNOWN, "only StartSnapshot itself asks the key"));
    }
  }

  /** The answers so far, in the order of asking. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  private void identity() throws IOException, InterruptedException {
    if (identified) {
      return;
    }
    identified = true;
    try (StsClient sts = clients.newSts()) {
      ask("sts:GetCallerIdentity", "itself", sts::getCallerIdentity);
    }
  }

  private <T> void ask(String action, String object, Supplier<T> request)
      throws IOException, InterruptedException {
    String subject = action + " on " + object + " in " + access.region();
    try {
      retrier.call(() -> subject, request);
      findings.add(new Finding(subject, Outcome.OK, ""));
    } catch (FspException e) {
      findings.add(new Finding(subject, Outcome.FAILED, e.getMessage()));
    }
  }

  /** Any answer but a denial means that the caller got past the permission. */
  private <T> void probe(String action, Supplier<T> request)
      throws IOException, InterruptedException {
    String subject = action + " in " + access.region();
    try {
      retrier.call(() -> subject, request);
      findings.add(new Finding(subject, Outcome.OK, ""));
    } catch (FspException e) {
      boolean answered =
          e.getCause() instanceof AwsServiceException && !Faults.isDenied(e.getCause());
      findings.add(
          answered
              ? new Finding(subject, Outcome.OK, "as far as an id that does not exist can tell")
              : new Finding(subject, Outcome.FAILED, e.getMessage()));
    }
  }

  @Override
  public void close() {
    ec2.close();
    clients.close();
  }
}
