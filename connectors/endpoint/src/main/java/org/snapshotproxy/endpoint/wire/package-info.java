/**
 * HTTP/1.1 on Netty: sockets in, {@link org.snapshotproxy.endpoint.wire.Request} out, and back.
 *
 * <p>A connection works on one request at a time and reads nothing while it does, so a slow handler
 * slows its clients down instead of filling memory. Bodies of PUTs take a permit of {@link
 * org.snapshotproxy.endpoint.wire.BodyBudget}. No AWS name comes into this room.
 */
package org.snapshotproxy.endpoint.wire;
