package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.snapshotproxy.connectors.base.Blocks;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads data objects of an archive; a token is a key. Every object is checked against its name,
 * which the index vouches for, and against its own lengths before a byte of it is taken for a
 * block. Thread-safe.
 */
final class ArchiveReader extends ObjectReader {
  /** Where the blocks of an object go that newer objects stand for. */
  private final ThreadLocal<byte[]> unwanted = ThreadLocal.withInitial(() -> new byte[Blocks.SIZE]);

  ArchiveReader(S3Access access, S3Location place) {
    super(access, place);
  }

  @Override
  String key(String token) {
    return token;
  }

  @Override
  byte[][] read(
      String token, long part, InputStream body, GetObjectResponse response, byte[][] into)
      throws IOException {
    ObjectName name =
        ObjectName.parse(token).orElseThrow(() -> new DamagedObject("is not the key of an object"));
    checkLength(response, ObjectHeader.length(name.blocks()) + Frames.longest(name.blocks()));
    List<byte[]> digests = ObjectHeader.read(name, body).digests();
    int[] wanted = wanted(name.mask(), part);
    Frames.read(body, name.blocks(), i -> wanted[i] < 0 ? unwanted.get() : into[wanted[i]]);
    byte[][] declared = new byte[into.length][];
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] >= 0) {
        declared[wanted[i]] = digests.get(i);
      }
    }
    return declared;
  }

  /** For each block of an object its place among the blocks asked for, or -1. */
  private static int[] wanted(long mask, long part) {
    int[] wanted = new int[Long.bitCount(mask)];
    long rest = mask;
    for (int i = 0; i < wanted.length; i++) {
      long bit = Long.lowestOneBit(rest);
      wanted[i] = (part & bit) == 0 ? -1 : Long.bitCount(part & (bit - 1));
      rest &= rest - 1;
    }
    return wanted;
  }
}
