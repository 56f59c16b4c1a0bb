package org.snapshotproxy.connectors.device;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.assigners.SimpleSplitAssigner;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.ListedOrigin;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * A volume's image on any file system that Flink knows ({@code s3://}, {@code hdfs://}, …), of any
 * length. All its blocks are moved, for such file systems tell no holes; the last one is padded
 * with zeros. No digest is declared. Immutable.
 *
 * @param uri the image's address with its scheme
 * @param bytes length in bytes, 1 to 64 TiB
 * @param volumeBytes length up to which blocks past the end are cleared, at least {@code bytes}
 */
@PublicEvolving
public record FileSystemOrigin(String uri, long bytes, long volumeBytes) implements ListedOrigin {
  public FileSystemOrigin {
    if (bytes < 1 || volumeBytes < bytes || volumeBytes > LocalPath.MAX_BYTES) {
      throw new IllegalArgumentException(
          "Not an origin: " + bytes + " bytes in a volume of " + volumeBytes);
    }
  }

  /**
   * Looks at an image, from the client.
   *
   * @throws FspException if Flink knows no such file system, or the image is missing, a directory,
   *     out of reach, empty or larger than 64 TiB
   */
  public static FileSystemOrigin inspect(String uri) {
    FileStatus status = status(uri);
    if (status.isDir()) {
      throw new FspException(uri + " is a directory; an image is one file.");
    }
    LocalOrigin.checkLength(uri, status.getLen());
    return new FileSystemOrigin(uri, status.getLen(), status.getLen());
  }

  /** The same origin, clearing the blocks behind its end up to {@code volume} bytes. */
  public FileSystemOrigin covering(long volume) {
    return new FileSystemOrigin(uri, bytes, volume);
  }

  /**
   * The state of the image now.
   *
   * @throws FspException if it cannot be looked at any more
   */
  public Fingerprint fingerprint() {
    FileStatus status = status();
    return new Fingerprint(
        status.getLen(), TimeUnit.MILLISECONDS.toNanos(status.getModificationTime()));
  }

  @Override
  public String name() {
    return uri;
  }

  @Override
  public Source<SegmentDescriptor, ?, ?> source() {
    return source(new SegmentFormat(bytes, volumeBytes));
  }

  /** The source over another format of the same splits. */
  FileSource<SegmentDescriptor> source(BulkFormat<SegmentDescriptor, FileSourceSplit> format) {
    FileSystemOrigin self = this;
    return FileSource.forBulkFileFormat(format, new Path(uri))
        .setFileEnumerator(() -> new SegmentSplits(self))
        .setSplitAssigner(
            splits -> {
              // Flink's simple assigner hands out from the end; we want the beginning first.
              List<FileSourceSplit> reversed = new ArrayList<>(splits);
              Collections.reverse(reversed);
              return new SimpleSplitAssigner(reversed);
            })
        .build();
  }

  @Override
  public SegmentLister.Factory lister() {
    SegmentFormat format = new SegmentFormat(bytes, volumeBytes);
    return () -> new FileSystemLister(format);
  }

  @Override
  public int segments() {
    return Blocks.segmentsFor(volumeBytes);
  }

  @Override
  public BlockReader openReader() {
    return new FileSystemReader(this);
  }

  FileStatus status() {
    return status(uri);
  }

  private static FileStatus status(String uri) {
    try {
      Path path = new Path(uri);
      return fileSystem(path).getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new FspException("There is no file " + uri + ".", e);
    } catch (IllegalArgumentException e) {
      throw new FspException(uri + " is not an address of a file: " + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw new FspException("Cannot look at " + uri + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  static FileSystem fileSystem(Path path) throws IOException {
    try {
      return path.getFileSystem();
    } catch (UnsupportedFileSystemSchemeException e) {
      throw new FspException(
          "Flink has no file system for "
              + path
              + " here; put the plugin of its scheme into Flink's plugins directory (FLINK_PLUGINS_DIR).",
          e);
    }
  }

  FspException changed(long now) {
    return new FspException(
        uri
            + " changed from "
            + LocalPath.bytes(bytes)
            + " to "
            + LocalPath.bytes(now)
            + " since the run began; start again once nothing writes to it.");
  }
}
