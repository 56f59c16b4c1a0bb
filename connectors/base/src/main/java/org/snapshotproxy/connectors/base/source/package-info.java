/**
 * One FLIP-27 source for every place that can be listed by index.
 *
 * <pre>
 *   RangeEnumerator ── ranges, as readers ask ──▶ RangeReader ── one thread a range ──▶ SegmentLister (the place's own)
 * </pre>
 *
 * <p>A range says all there is to know about itself: from, to, next. No page token is ever in
 * state.
 */
package org.snapshotproxy.connectors.base.source;
