package org.snapshotproxy.pipelines.library;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.device.LocalDestination;
import org.snapshotproxy.connectors.device.LocalOrigin;
import org.snapshotproxy.connectors.device.LocalTarget;
import org.snapshotproxy.connectors.ebs.EbsSnapshotSink;
import org.snapshotproxy.connectors.ebs.EbsSnapshotSource;
import org.snapshotproxy.connectors.s3.ArchiveSink;
import org.snapshotproxy.connectors.s3.ArchiveSource;
import org.snapshotproxy.connectors.s3.ArchivedOrigin;
import org.snapshotproxy.connectors.s3.S3Access;
import org.snapshotproxy.operators.Transfers;

/**
 * The jobs on the connectors' page, method by method as they are printed there. Outside of every
 * package of the tool, so that they see what another's job sees.
 */
public final class Examples {
  private Examples() {}

  public static List<Integer> blocksWith(String text, AwsAccess access, String snapshotId)
      throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    var snapshot =
        EbsSnapshotSource.builder().access(access).snapshotId(snapshotId).onlyListed().build();
    return Transfers.read(env, snapshot)
        .flatMap(
            (Segment segment, Collector<Integer> found) -> {
              for (Block block : segment.blocks()) {
                if (new String(block.buffer().bytes(), StandardCharsets.ISO_8859_1)
                    .contains(text)) {
                  found.collect(block.index());
                }
              }
              segment.release();
            })
        .returns(Types.INT)
        .executeAndCollect(1000);
  }

  public static String copy(AwsAccess from, String snapshotId, AwsAccess to, String runId)
      throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);
    var old = EbsSnapshotSource.builder().access(from).snapshotId(snapshotId).onlyListed().build();
    var copy = EbsSnapshotSink.builder().access(to).runId(runId).volumeGiB(old.volumeGiB()).build();
    Transfers.write(Transfers.read(env, old), old, copy);
    env.execute("copy " + snapshotId);
    copy.awaitCompleted(Duration.ofHours(1));
    return copy.snapshotId();
  }

  public static void archive(AwsAccess access, String snapshotId, S3Access s3, String place)
      throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);
    var snapshot =
        EbsSnapshotSource.builder().access(access).snapshotId(snapshotId).onlyListed().build();
    var of = ArchivedOrigin.snapshot(snapshotId, access.region());
    var archive =
        ArchiveSink.builder()
            .access(s3)
            .place(place)
            .name(snapshotId)
            .of(of, snapshot.volumeBytes())
            .build();
    Transfers.write(Transfers.read(env, snapshot), snapshot, archive);
    env.execute("archive " + snapshotId);
  }

  public static long zeroBlocks(S3Access s3, String place, String name) throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    var archive = ArchiveSource.builder().access(s3).place(place).name(name).onlyListed().build();
    return Transfers.read(env, archive)
        .flatMap(
            (Segment segment, Collector<Integer> zeros) -> {
              segment.blocks().stream()
                  .filter(Block::isZero)
                  .forEach(b -> zeros.collect(b.index()));
              segment.release();
            })
        .returns(Types.INT)
        .executeAndCollect(1_000_000)
        .size();
  }

  public static String upload(Path image, AwsAccess access, String runId) throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);
    var origin = LocalOrigin.inspect(image);
    int volumeGiB = Blocks.volumeGiBFor(origin.bytes());
    var snapshot =
        EbsSnapshotSink.builder().access(access).runId(runId).volumeGiB(volumeGiB).build();
    Transfers.write(Transfers.read(env, origin), origin, snapshot);
    env.execute("upload " + image);
    snapshot.awaitCompleted(Duration.ofHours(1));
    return snapshot.snapshotId();
  }

  public static void download(AwsAccess access, String snapshotId, Path path, String runId)
      throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);
    var snapshot = EbsSnapshotSource.builder().access(access).snapshotId(snapshotId).build();
    LocalDestination file =
        new LocalTarget(path, snapshot.volumeBytes(), false, true).prepare(runId).destination();
    Transfers.write(Transfers.read(env, snapshot), snapshot, file);
    try {
      env.execute("download " + snapshotId);
    } catch (Exception e) {
      file.abandon();
      throw e;
    }
  }
}
