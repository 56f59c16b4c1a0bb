/**
 * Files and block devices as origin and destination of segments.
 *
 * <pre>
 *   LocalOrigin       ── LocalLister (holes by SEEK_HOLE) ──▶ descriptors; LocalReader ──▶ bytes
 *   FileSystemOrigin  ── FileSource over SegmentSplits ─────▶ descriptors; FileSystemReader ──▶ bytes
 *   LocalTarget       ── prepare, on the client ──▶ FileDestination or DeviceDestination
 *   LocalDestination  ── LocalWriter, then a sealer in the job
 * </pre>
 *
 * <p>Into this room come paths, file systems and the few system calls Java lacks ({@code Linux},
 * the only class that sees JNA). No AWS call, no job, no console.
 *
 * <p>A file is written beside its name and takes it only when whole. A device is written in place:
 * between the first write and the seal it is neither what it was nor the snapshot, and a run that
 * failed leaves it so.
 */
package org.snapshotproxy.connectors.device;
