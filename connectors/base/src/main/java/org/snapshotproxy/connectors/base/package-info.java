/**
 * The words every other room speaks, and the two interfaces between them.
 *
 * <pre>
 *   Origin       ── source() ──▶ SegmentDescriptor … ── keyBy(segment) ──▶
 *   PartReader   ── read(part) ──▶ Segment (blocks with bytes and digests)
 *   Destination  ── openWriter() ──▶ PartWriter ──▶ Receipt … ─▶ Ledger ─▶ Seal ── openSealer() ──▶ Sealer
 *   Measured     ── measure() ──▶ RequestMetrics: what reader, writer, lister and sealer send to a service, counted
 *   a part: what a place keeps together; a block (BlockReader, BlockWriter) or an object of an archive
 * </pre>
 *
 * <p>Into this room come the model, its serializers, the memory budget and the interfaces of a
 * place. No AWS type, no file of a place, no job. Everything here is immutable or says how it may
 * be shared between threads.
 */
package org.snapshotproxy.connectors.base;
