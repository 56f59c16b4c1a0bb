/**
 * The words every other room speaks, and the two interfaces between them.
 *
 * <pre>
 *   Origin       ── source() ──▶ SegmentDescriptor … ── keyBy(segment) ──▶
 *   BlockReader  ── read(block) ──▶ Segment (blocks with bytes and digests)
 *   Destination  ── openWriter() ──▶ BlockWriter ──▶ Receipt … ── openSealer() ──▶ Sealer ──▶ Seal
 * </pre>
 *
 * <p>Into this room come the model, its serializers, the memory budget and the interfaces of a
 * place. No AWS type, no file of a place, no job. Everything here is immutable or says how it may
 * be shared between threads.
 */
package org.snapshotproxy.connectors.base;
