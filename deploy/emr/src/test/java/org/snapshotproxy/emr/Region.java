package org.snapshotproxy.emr;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** One region as the plain SDK sees it. */
final class Region implements AutoCloseable {
  static final String KEY = "AKIDTEST";
  static final String SECRET = "secret";

  private final EbsClient ebs;
  private final Ec2Client ec2;

  Region(URI endpoint, String region) {
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET));
    software.amazon.awssdk.regions.Region name = software.amazon.awssdk.regions.Region.of(region);
    ebs =
        EbsClient.builder()
            .endpointOverride(endpoint)
            .region(name)
            .credentialsProvider(credentials)
            .build();
    ec2 =
        Ec2Client.builder()
            .endpointOverride(endpoint)
            .region(name)
            .credentialsProvider(credentials)
            .build();
  }

  /** All snapshots of the account here, whatever their state. */
  List<Snapshot> snapshots() {
    return ec2.describeSnapshots(r -> r.ownerIds("self")).snapshots();
  }

  /** The tokens of the blocks that were written, by index. */
  Map<Integer, String> blocks(String snapshot) {
    Map<Integer, String> tokens = new TreeMap<>();
    ebs.listSnapshotBlocksPaginator(r -> r.snapshotId(snapshot))
        .forEach(
            page -> {
              for (Block block : page.blocks()) {
                tokens.put(block.blockIndex(), block.blockToken());
              }
            });
    return tokens;
  }

  byte[] read(String snapshot, int index, String token) {
    return ebs.getSnapshotBlockAsBytes(
            r -> r.snapshotId(snapshot).blockIndex(index).blockToken(token))
        .asByteArray();
  }

  @Override
  public void close() {
    ebs.close();
    ec2.close();
  }
}
