/**
 * Snapshots in S3 as origin and destination: our own archives, and those of the reference tool.
 *
 * <pre>
 *   ArchiveSource, ArchiveSink             the way in for jobs of other people; a builder each over what follows
 *   ArchiveDestination ─▶ ArchiveWriter    a part of a segment ─▶ header, zstd frame ─▶ one data object (Uploads)
 *                      ├▶ ArchiveLedger    receipts, and the parent's index ─▶ IndexWriter, a section an object
 *                      └▶ ArchiveSealer    the manifest, which makes the archive exist
 *   ArchiveOrigin      ─▶ ArchiveLister    IndexReader ─▶ descriptors whose tokens are keys of objects
 *                      └▶ ArchiveReader    one object a request, checked against its name, frame by Frames
 *   Reference…                             the same for the layout of the reference tool
 *   Archives                               what a driver does before a job: look for manifests
 *        all through ─▶ S3Store (shared, counted) ─▶ the one retry policy ─▶ the SDK
 * </pre>
 *
 * <p>What is read here comes from outside: every length, name, digest and mask is checked before it
 * is used, and what does not hold is refused with the name of the object. The format has its own
 * page beside this module, FORMAT.md.
 */
package org.snapshotproxy.connectors.s3;
