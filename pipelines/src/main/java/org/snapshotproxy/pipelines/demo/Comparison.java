package org.snapshotproxy.pipelines.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.snapshotproxy.connectors.base.FspException;

/**
 * Compares a downloaded volume with the image it came from: every byte, and zeros after the image's
 * end.
 */
final class Comparison {
  private static final int CHUNK = 1 << 20;

  private Comparison() {}

  /**
   * Compares and returns the number of bytes compared.
   *
   * @throws FspException with the offset of the first difference
   */
  static long check(Path image, Path volume) throws IOException {
    long length = Files.size(volume);
    if (length < Files.size(image)) {
      throw new FspException(volume + " is shorter than " + image + ".");
    }
    byte[] expected = new byte[CHUNK];
    byte[] actual = new byte[CHUNK];
    try (InputStream left = new BufferedInputStream(Files.newInputStream(image));
        InputStream right = new BufferedInputStream(Files.newInputStream(volume))) {
      for (long offset = 0; offset < length; offset += CHUNK) {
        int known = left.readNBytes(expected, 0, CHUNK);
        Arrays.fill(expected, known, CHUNK, (byte) 0);
        int count = right.readNBytes(actual, 0, CHUNK);
        int difference = Arrays.mismatch(expected, 0, count, actual, 0, count);
        if (difference >= 0) {
          throw new FspException(
              volume + " differs from " + image + " at byte " + (offset + difference) + ".");
        }
      }
    }
    return length;
  }
}
