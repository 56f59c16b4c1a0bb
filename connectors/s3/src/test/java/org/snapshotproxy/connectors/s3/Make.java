package org.snapshotproxy.connectors.s3;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.snapshotproxy.connectors.base.Blocks;

/** Archives of any kind, in one line. */
final class Make {
  /** Whole segments, at the fastest level. */
  static final ObjectOptions PLAIN = options(64, 1);

  private static final AtomicInteger NAMES = new AtomicInteger();

  private Make() {}

  static ObjectOptions options(int blocks, int level) {
    return new ObjectOptions(blocks, level, 2, 4, "", "", "", Map.of());
  }

  /** A name that no other test has. */
  static String name() {
    return "snap-" + NAMES.incrementAndGet();
  }

  static ArchiveDestination destination(
      S3Access access,
      S3Location place,
      String name,
      ObjectOptions options,
      Volume volume,
      Archive parent) {
    return new ArchiveDestination(
        access,
        place,
        name,
        options,
        false,
        volume.bytes(),
        Blocks.volumeGiBFor(volume.bytes()),
        ArchivedOrigin.snapshot(name, "us-east-1"),
        parent);
  }

  /** The same, of a run that is repeated. */
  static ArchiveDestination resuming(ArchiveDestination once) {
    return resuming(once.access(), once);
  }

  /** The same, by another way. */
  static ArchiveDestination resuming(S3Access access, ArchiveDestination once) {
    return new ArchiveDestination(
        access,
        once.place(),
        once.archive(),
        once.options(),
        true,
        once.bytes(),
        once.volumeGiB(),
        once.origin(),
        once.parent());
  }

  /** The archive that a destination has become. */
  static Archive found(ArchiveDestination made) throws Exception {
    return found(made.access(), made.place(), made.archive());
  }

  static Archive found(S3Access access, S3Location place, String name) throws Exception {
    try (Archives archives = new Archives(access, place)) {
      return archives.find(name).orElseThrow();
    }
  }

  /** Whether there is an archive of that name. */
  static boolean exists(ArchiveDestination made) throws Exception {
    try (Archives archives = new Archives(made.access(), made.place())) {
      return archives.find(made.archive()).isPresent();
    }
  }

  /** A whole archive of a volume, under a new name. */
  static Archive archive(Bucket bucket, ObjectOptions options, Volume volume) throws Exception {
    ArchiveDestination to =
        destination(bucket.access(), bucket.at(""), name(), options, volume, null);
    Transfer.all(to, volume);
    return found(to);
  }
}
