package org.snapshotproxy.connectors.device;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/** What a path is, and the sentences for what is wrong with it. */
final class LocalPath {
  /** Bytes in the largest volume, 64 TiB. */
  static final long MAX_BYTES = Blocks.MAX_VOLUME_GIB * Blocks.GIB;

  /** How Java turns names of files into bytes. */
  static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private static final int TYPE = 0xF000;
  private static final int FIFO = 0x1000;
  private static final int CHARACTER = 0x2000;
  private static final int DIRECTORY = 0x4000;
  private static final int BLOCK = 0x6000;
  private static final int REGULAR = 0x8000;
  private static final int SOCKET = 0xC000;

  private LocalPath() {}

  /** What a path names, symbolic links followed. */
  enum Kind {
    MISSING("nothing"),
    REGULAR("a regular file"),
    BLOCK_DEVICE("a block device"),
    DIRECTORY("a directory"),
    CHARACTER_DEVICE("a character device"),
    FIFO("a named pipe"),
    SOCKET("a socket"),
    OTHER("neither a file nor a device");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As it stands in a sentence. */
    String words() {
      return words;
    }
  }

  static Kind kindOf(Path path) {
    if (!Files.exists(path)) {
      return Kind.MISSING;
    }
    try {
      return switch ((Integer) Files.getAttribute(path, "unix:mode") & TYPE) {
        case REGULAR -> Kind.REGULAR;
        case BLOCK -> Kind.BLOCK_DEVICE;
        case DIRECTORY -> Kind.DIRECTORY;
        case CHARACTER -> Kind.CHARACTER_DEVICE;
        case FIFO -> Kind.FIFO;
        case SOCKET -> Kind.SOCKET;
        default -> Kind.OTHER;
      };
    } catch (IOException e) {
      throw new FspException("Cannot look at " + path + ": " + reason(e) + ".", e);
    }
  }

  /** Bytes of a regular file or a block device. */
  static long sizeOf(Path path) throws IOException {
    // Not Files.size: it says 0 for a block device.
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.size();
    }
  }

  /** Bytes for a sentence: the exact number, and GiB where there are any. */
  static String bytes(long bytes) {
    return bytes < Blocks.GIB
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%d bytes (%.2f GiB)", bytes, bytes / (double) Blocks.GIB);
  }

  /** The system's own words for a failure, without the path that Java puts before them. */
  static String reason(IOException e) {
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
      return "no such file or directory";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
