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

  /** A directory's own name, which the reference tool takes as well. */
  private static final Pattern SIZED = Pattern.compile("(.+)\\.([1-9][0-9]{0,4})");

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
   * @param name the snapshot's id, or the directory's name: the id, a dot and the volume's GiB
   * @return empty if there is none of that name
   * @throws FspException if there are several of a snapshot, or it is not whole
   */
  public Optional<ReferenceArchive> find(String name) throws IOException, InterruptedException {
    List<ReferenceArchive> found = bySnapshot(name);
    if (found.isEmpty()) {
      byDirectory(name).ifPresent(found::add);
    }
    if (found.size() > 1) {
      throw new FspException(
          "There are archives of "
              + name
              + " for volumes of two sizes, "
              + found.get(0).uri()
              + " and "
              + found.get(1).uri()
              + "; name the one that is meant with its size, such as "
              + name
              + "."
              + found.get(0).volumeGiB()
              + ".");
    }
    if (!found.isEmpty() && isMarked(found.get(0))) {
      throw ReferenceListing.incomplete(found.get(0));
    }
    return found.stream().findFirst();
  }

  private List<ReferenceArchive> bySnapshot(String name) throws IOException, InterruptedException {
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
        if (size.matches()) {
          ofSize(name, size.group(1)).ifPresent(found::add);
        }
      }
      token = page.nextContinuationToken();
    } while (token != null);
    return found;
  }

  private Optional<ReferenceArchive> byDirectory(String name)
      throws IOException, InterruptedException {
    Matcher sized = SIZED.matcher(name);
    if (!sized.matches()) {
      return Optional.empty();
    }
    Optional<ReferenceArchive> archive = ofSize(sized.group(1), sized.group(2));
    return archive.isPresent() && look(archive.get()) != Before.EMPTY ? archive : Optional.empty();
  }

  private Optional<ReferenceArchive> ofSize(String name, String digits) {
    int volumeGiB = Integer.parseInt(digits);
    return volumeGiB <= Blocks.MAX_VOLUME_GIB
        ? Optional.of(new ReferenceArchive(access, place, name, volumeGiB))
        : Optional.empty();
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
