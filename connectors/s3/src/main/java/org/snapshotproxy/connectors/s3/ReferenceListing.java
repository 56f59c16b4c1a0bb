package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.util.Arrays;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The objects of an archive in the reference tool's layout, by their first block; 41 bytes an
 * object, because keys sort as text and so all have to be known before the first can be used. Used
 * by one thread.
 */
final class ReferenceListing {
  /** Most objects: 656 MiB of them. The segments of 64 TiB are an eighth of that. */
  static final int MOST = 1 << 24;

  private final ReferenceArchive archive;
  private long[] order = new long[1024];
  private byte[] counts = new byte[1024];
  private byte[] digests = new byte[1024 * Digests.LENGTH];
  private int size;

  private ReferenceListing(ReferenceArchive archive) {
    this.archive = archive;
  }

  /**
   * Lists an archive.
   *
   * @throws FspException if it is marked as not whole, or an object is none of an archive, lies
   *     outside the volume or overlaps another
   */
  static ReferenceListing of(ReferenceArchive archive, S3Store store)
      throws IOException, InterruptedException {
    return of(archive, store, false);
  }

  /** Lists an archive that is about to be sealed: its mark is passed over. */
  static ReferenceListing ofUnsealed(ReferenceArchive archive, S3Store store)
      throws IOException, InterruptedException {
    return of(archive, store, true);
  }

  private static ReferenceListing of(ReferenceArchive archive, S3Store store, boolean unsealed)
      throws IOException, InterruptedException {
    ReferenceListing listing = new ReferenceListing(archive);
    String prefix = archive.place().key(archive.directory());
    String token = null;
    do {
      ListObjectsV2Request.Builder request =
          ListObjectsV2Request.builder().prefix(prefix).continuationToken(token);
      ListObjectsV2Response page = store.list(archive.place(), request);
      for (S3Object object : page.contents()) {
        String name = object.key().substring(prefix.length());
        if (!unsealed || !name.equals(ReferenceArchive.INCOMPLETE)) {
          listing.add(name);
        }
      }
      token = page.nextContinuationToken();
    } while (token != null);
    listing.sort();
    return listing;
  }

  private void add(String text) {
    if (text.equals(ReferenceArchive.INCOMPLETE)) {
      throw incomplete(archive);
    }
    ReferenceName name =
        ReferenceName.parse(text)
            .filter(each -> Blocks.offset(each.firstBlock() + each.count()) <= archive.bytes())
            .orElseThrow(
                () ->
                    new FspException(
                        archive.uri()
                            + text
                            + " is not the name of an object of this archive, so the archive cannot be trusted; remove the object if it is a stray one."));
    if (size == MOST) {
      throw new FspException(
          archive.uri()
              + " has more than "
              + MOST
              + " objects, too many to put in order in memory; restore it with the reference tool.");
    }
    if (size == order.length) {
      order = Arrays.copyOf(order, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
      digests = Arrays.copyOf(digests, 2 * size * Digests.LENGTH);
    }
    order[size] = (long) name.firstBlock() << 32 | size;
    counts[size] = (byte) name.count();
    System.arraycopy(name.digest(), 0, digests, size * Digests.LENGTH, Digests.LENGTH);
    size++;
  }

  static FspException incomplete(ReferenceArchive archive) {
    return new FspException(
        archive.uri()
            + " is not whole: a movetos3 of it was interrupted; repeat that, it sends what is missing.");
  }

  private void sort() {
    order = Arrays.copyOf(order, size);
    Arrays.sort(order);
    for (int i = 1; i < size; i++) {
      ReferenceName before = get(i - 1);
      if (before.firstBlock() + before.count() > get(i).firstBlock()) {
        throw new FspException(
            archive.uri()
                + before
                + " and "
                + get(i)
                + " hold the same block; nobody can tell which one is right.");
      }
    }
  }

  /** Blocks in all objects together. */
  long blocks() {
    long blocks = 0;
    for (int i = 0; i < size; i++) {
      blocks += counts[i];
    }
    return blocks;
  }

  int size() {
    return size;
  }

  /** The object at a place in the order of blocks. */
  ReferenceName get(int position) {
    int at = (int) order[position];
    return new ReferenceName(
        (int) (order[position] >>> 32),
        Arrays.copyOfRange(digests, at * Digests.LENGTH, (at + 1) * Digests.LENGTH),
        counts[at]);
  }

  /** The first place whose object is at or behind a block. */
  int firstAt(int block) {
    int found = Arrays.binarySearch(order, (long) block << 32);
    return found >= 0 ? found : -found - 1;
  }
}
