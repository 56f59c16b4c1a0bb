package org.snapshotproxy.connectors.ebs;

import java.io.Serializable;
import java.util.List;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.services.ebs.EbsClient;

/** One of the service's two lists of blocks, and what is to be made of it. */
interface BlockList extends Serializable {
  AwsAccess access();

  /** What is listed, for messages. */
  String name();

  /** The operation that lists it, for messages. */
  String operation();

  /** Size of the volume that all listed blocks lie in, 1 to 65,536. */
  int volumeGiB();

  /** Whether descriptors carry block tokens; a mere count needs none. */
  boolean tokens();

  /**
   * Byte offset, a multiple of a segment, from which on a block that is not listed is cleared; the
   * volume's end where none is.
   */
  long clearFrom();

  /**
   * Asks for one page.
   *
   * @param start the block index to begin at; of no effect with a page token
   * @param token the page token, or null
   * @param results entries of the page at most, 100 to 10,000
   * @throws FspException if the page speaks of another volume than the one the job was planned for
   */
  Page page(EbsClient ebs, int start, String token, int results);

  /** Says more of a refusal, where this list knows more. */
  default FspException explain(FspException refusal) {
    return refusal;
  }

  default long bytes() {
    return volumeGiB() * Blocks.GIB;
  }

  /**
   * A page of a list.
   *
   * @param entries ascending; perhaps none, even where more follow
   * @param nextToken null at the end of the list only
   */
  record Page(List<Entry> entries, String nextToken) {}

  /**
   * A listed block.
   *
   * @param index block index
   * @param token how to read it; null where it is gone and reads as zeros
   */
  record Entry(int index, String token) {}

  /** Refuses a page that speaks of another volume or of other blocks than the job knows. */
  default void check(Long volumeSize, Integer blockSize, long otherVolumeGiB) {
    boolean known =
        volumeSize != null && (volumeSize == volumeGiB() || volumeSize == otherVolumeGiB);
    if (!known || blockSize == null || blockSize != Blocks.SIZE) {
      throw new FspException(
          name()
              + " was listed with volume size "
              + volumeSize
              + " GiB and block size "
              + blockSize
              + " bytes, not "
              + volumeGiB()
              + " GiB and "
              + Blocks.SIZE
              + " bytes.");
    }
  }
}
