package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.snapshotproxy.connectors.base.FspException;

/** Tells what no retry mends from what may pass. */
final class LocalFailures {
  /**
   * ENOSPC, EDQUOT, EFBIG, EROFS, EPERM, EACCES, in the words of strerror: Java keeps only those.
   */
  private static final List<String> LASTING =
      List.of(
          "No space left on device",
          "Disk quota exceeded",
          "Quota exceeded",
          "File too large",
          "Read-only file system",
          "Operation not permitted",
          "Permission denied");

  private LocalFailures() {}

  /**
   * The failure of a write.
   *
   * @return an exception for what may pass (an I/O error of a network disk)
   * @throws FspException for what does not (a full disk)
   */
  static IOException writing(Path path, String what, IOException e) {
    String reason = LocalPath.reason(e);
    String sentence = "Cannot write " + what + " to " + path + ": " + reason + ".";
    if (LASTING.stream().anyMatch(reason::contains)) {
      throw new FspException(sentence + free(path), e);
    }
    return new IOException(sentence, e);
  }

  /**
   * The failure of the sync that a seal rests on. No retry mends it: the system tells once of what
   * it lost, and the next sync succeeds without it.
   */
  static FspException lost(Path path, IOException e) {
    return new FspException(
        "Cannot write the last blocks to "
            + path
            + ": "
            + LocalPath.reason(e)
            + "."
            + free(path)
            + " What was written before may be lost; check the disk and repeat the run.",
        e);
  }

  private static String free(Path path) {
    if (!Files.isRegularFile(path)) {
      return ""; // a device lies in no file system
    }
    try {
      return " Its file system has "
          + LocalPath.bytes(Files.getFileStore(path).getUsableSpace())
          + " free.";
    } catch (IOException e) {
      return "";
    }
  }
}
