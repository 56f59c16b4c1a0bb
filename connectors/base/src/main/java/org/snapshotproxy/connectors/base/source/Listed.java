package org.snapshotproxy.connectors.base.source;

import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * A listed segment on its way from the listing thread to the task thread.
 *
 * @param descriptor the segment, or null where a page ended in a stretch without any
 * @param next where its range goes on once the descriptor is emitted
 */
record Listed(SegmentDescriptor descriptor, int next) {}
