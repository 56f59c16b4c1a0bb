/**
 * Files and block devices as origin and destination of segments.
 *
 * <pre>
 *   LocalOrigin       ── LocalLister (holes by SEEK_HOLE) ──▶ descriptors; LocalReader ──▶ bytes
 *   FileSystemOrigin  ── FileSource over SegmentSplits ─────▶ descriptors; FileSystemReader ──▶ bytes
 *   LocalTarget       ── prepare, on the client ──▶ FileDestination or DeviceDestination
 *   DeltaTarget       ── prepare, on the client ──▶ InPlaceDestination (marked until sealed) or DeviceDestination
 *   LocalDigests      ── what a file or device holds, to be compared before a delta is written
 *   LocalDestination  ── LocalWriter, then a sealer in the job
 *   MapDirectory      ── where the map of a volume is written; new or empty
 * </pre>
 *
 * <p>Into this room come paths, file systems and the few system calls Java lacks ({@code Linux},
 * the only class that sees JNA). No AWS call, no job, no console.
 *
 * <p>A file is written beside its name and takes it only when whole. A device, and a file that a
 * delta is written over, are written in place: between the first write and the seal they are
 * neither what they were nor the snapshot, and a run that failed leaves them so. Such a file has a
 * marker beside it, and is no origin.
 */
package org.snapshotproxy.connectors.device;
