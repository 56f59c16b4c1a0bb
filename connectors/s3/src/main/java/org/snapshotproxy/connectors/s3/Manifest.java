package org.snapshotproxy.connectors.s3;

import java.io.Serializable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * The object that makes an archive exist; its form is described in the format's page.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param name of the archive
 * @param created when it was sealed, ISO 8601 in UTC
 * @param blockSize bytes of a block
 * @param segmentBlocks blocks of a segment
 * @param objectBlocks most blocks in an object of this run
 * @param bytes length of what is archived, 1 byte to 64 TiB
 * @param volumeGib size of a volume for it, 1 to 65,536
 * @param origin what was archived
 * @param parent what it was built on, or null
 * @param blocks blocks that hold data, of the whole state
 * @param written blocks that this run wrote
 * @param cleared blocks of the parent that this run cleared
 * @param checksum lower-case hex of the LINEAR SHA-256 over the blocks written and cleared by this
 *     run
 * @param sections the index, ascending
 */
public record Manifest(
    String format,
    int version,
    String name,
    String created,
    int blockSize,
    int segmentBlocks,
    int objectBlocks,
    long bytes,
    int volumeGib,
    ArchivedOrigin origin,
    Parent parent,
    long blocks,
    long written,
    long cleared,
    String checksum,
    List<IndexSection> sections)
    implements Serializable {
  /** What {@link #format} says. */
  public static final String FORMAT = "fsp-archive";

  /** What {@link #version} says. */
  public static final int VERSION = 1;

  /** The key of a manifest, below its archive's name. */
  static final String KEY = "/manifest.json";

  /** Far above the 512 sections of 64 TiB. */
  static final int LONGEST = 4 << 20;

  public Manifest {
    sections = List.copyOf(sections);
  }

  /**
   * What an archive was built on.
   *
   * @param name the parent archive, at the same place
   * @param manifestSha256 lower-case hex of the SHA-256 of its manifest
   */
  public record Parent(String name, String manifestSha256) implements Serializable {}

  /** The same, sealed at another time. */
  Manifest sealedAt(String time) {
    return new Manifest(
        format,
        version,
        name,
        time,
        blockSize,
        segmentBlocks,
        objectBlocks,
        bytes,
        volumeGib,
        origin,
        parent,
        blocks,
        written,
        cleared,
        checksum,
        sections);
  }

  /**
   * Why this cannot be the manifest of an archive of that name; null if it can. Nothing of a
   * manifest is repeated in the sentence but what has been checked, and numbers.
   */
  String flaw(String asked) {
    if (!FORMAT.equals(format) || version != VERSION) {
      return "is of no version of format " + FORMAT;
    }
    if (!asked.equals(name)) {
      return name != null && ArchiveName.isOne(name)
          ? "is the manifest of " + name + ", not of " + asked
          : "is not the manifest of " + asked;
    }
    if (blockSize != Blocks.SIZE || segmentBlocks != Blocks.PER_SEGMENT) {
      return "tells of blocks of " + blockSize + " bytes, " + segmentBlocks + " a segment";
    }
    if (objectBlocks < 1
        || objectBlocks > Blocks.PER_SEGMENT
        || Integer.bitCount(objectBlocks) != 1) {
      return "tells of objects of " + objectBlocks + " blocks";
    }
    if (bytes < 1
        || volumeGib < 1
        || volumeGib > Blocks.MAX_VOLUME_GIB
        || bytes > volumeGib * Blocks.GIB) {
      return "tells of " + bytes + " bytes in a volume of " + volumeGib + " GiB";
    }
    String flaw = flawOfOrigin();
    return flaw == null ? flawOfSections() : flaw;
  }

  private String flawOfOrigin() {
    if (!isTime(created)) {
      return "does not tell when it was made";
    }
    if (origin == null
        || origin.id() == null
        || origin.region() == null
        || !("snapshot".equals(origin.kind()) || "image".equals(origin.kind()))) {
      return "does not tell what was archived";
    }
    if (parent != null
        && (parent.name() == null
            || !ArchiveName.isOne(parent.name())
            || !isSha256(parent.manifestSha256()))) {
      return "does not tell what it was built on";
    }
    if (written < 0 || cleared < 0 || !isSha256(checksum)) {
      return "does not tell what was written, or its checksum";
    }
    return null;
  }

  private static boolean isTime(String text) {
    try {
      return text != null && Instant.parse(text) != null;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static boolean isSha256(String text) {
    return text != null && text.matches("[0-9a-f]{64}");
  }

  private String flawOfSections() {
    long sum = 0;
    int next = 0;
    for (IndexSection section : sections) {
      if (section.segment() < next
          || section.segment() % IndexSection.SEGMENTS != 0
          || section.segment() >= Blocks.segmentsFor(bytes)) {
        return "names a part of its index for segment " + section.segment() + ", which cannot be";
      }
      if (!isSha256(section.sha256())
          || !IndexSection.key(name, section.segment(), section.sha256()).equals(section.key())) {
        return "names a part of its index for segment "
            + section.segment()
            + " by a key that is none of this archive";
      }
      if (section.bytes() < 1
          || section.bytes() > IndexSection.LONGEST
          || section.lines() < 1
          || section.blocks() < section.lines()
          || section.blocks() > IndexSection.BLOCKS) {
        return "tells of "
            + section.blocks()
            + " blocks in "
            + section.lines()
            + " lines in "
            + section.bytes()
            + " bytes of "
            + section.key();
      }
      sum += section.blocks();
      next = section.segment() + IndexSection.SEGMENTS;
    }
    return sum == blocks ? null : "tells of " + blocks + " blocks, its index of " + sum;
  }
}
