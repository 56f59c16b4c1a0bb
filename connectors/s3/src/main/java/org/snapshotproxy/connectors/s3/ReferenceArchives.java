package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * What a driver does before a job with archives in the reference tool's layout. Used by one thread.
 */
public final class ReferenceArchives implements AutoCloseable {
  private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,4})/");

  private final S3Access access;
  private final S3Location place;
  private final S3Store store;

  public ReferenceArchives(S3Access access, S3Location place) {
    this.access = access;
    this.place = place;
    this.store = S3Store.openForDriver(access);
  }

  /**
   * Looks for an archive.
   *
   * @return empty if there is none of that name
   * @throws FspException if there are several, or it is not whole
   */
  public Optional<ReferenceArchive> find(String name) throws IOException, InterruptedException {
    List<ReferenceArchive> found = new ArrayList<>();
    String prefix = place.key(ArchiveName.check(name) + ".");
    String token = null;
    do {
      ListObjectsV2Response page =
          store.list(
              place,
              ListObjectsV2Request.builder()
                  .prefix(prefix)
                  .delimiter("/")
                  .continuationToken(token));
      for (CommonPrefix each : page.commonPrefixes()) {
        Matcher size = SIZE.matcher(each.prefix().substring(prefix.length()));
        if (size.matches() && Integer.parseInt(size.group(1)) <= Blocks.MAX_VOLUME_GIB) {
          found.add(new ReferenceArchive(access, place, name, Integer.parseInt(size.group(1))));
        }
      }
      token = page.nextContinuationToken();
    } while (token != null);
    if (found.size() > 1) {
      throw new FspException(
          "There are archives of "
              + name
              + " for volumes of two sizes, "
              + found.get(0).uri()
              + " and "
              + found.get(1).uri()
              + "; remove the one that is not meant.");
    }
    if (!found.isEmpty() && isMarked(found.get(0))) {
      throw ReferenceListing.incomplete(found.get(0));
    }
    return found.stream().findFirst();
  }

  private boolean isMarked(ReferenceArchive archive) throws IOException, InterruptedException {
    return store.length(place, archive.directory() + ReferenceArchive.INCOMPLETE).isPresent();
  }

  /** How a directory is, before it is written. */
  public enum Before {
    /** There is nothing. */
    EMPTY,
    /** An interrupted run left objects. */
    INTERRUPTED,
    /** It holds objects, and nothing says that any is missing. */
    WHOLE
  }

  /** Looks at a directory, whole or not. */
  public Before look(ReferenceArchive archive) throws IOException, InterruptedException {
    if (isMarked(archive)) {
      return Before.INTERRUPTED;
    }
    String prefix = place.key(archive.directory());
    boolean empty =
        store
            .list(place, ListObjectsV2Request.builder().prefix(prefix).maxKeys(1))
            .contents()
            .isEmpty();
    return empty ? Before.EMPTY : Before.WHOLE;
  }

  /** Marks a directory as not whole, until its destination is sealed. */
  public void begin(ReferenceArchive archive, ObjectOptions options)
      throws IOException, InterruptedException {
    Chunks bytes = new Chunks();
    bytes.add(
        ByteBuffer.wrap(
            "This archive is not whole; repeat the movetos3 that was interrupted.\n"
                .getBytes(StandardCharsets.US_ASCII)));
    store.put(
        place,
        archive.directory() + ReferenceArchive.INCOMPLETE,
        Puts.index(options, bytes),
        bytes.body("text/plain"));
  }

  @Override
  public void close() {
    store.close();
  }
}
