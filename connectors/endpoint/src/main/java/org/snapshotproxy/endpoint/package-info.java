/**
 * The local endpoint: EBS direct APIs, and the EC2, STS and S3 calls around them, without AWS.
 *
 * <p>{@link org.snapshotproxy.endpoint.LocalEndpoint} starts a server from an {@link
 * org.snapshotproxy.endpoint.EndpointConfig}; {@link org.snapshotproxy.endpoint.EndpointControl}
 * does what AWS would never let one do: synthetic snapshots, lost blocks, faults. The rooms below:
 *
 * <pre>
 *   wire ──▶ service ──▶ auth
 *              │├──────▶ fault
 *              │└──────▶ policy
 *              └───────▶ store
 * </pre>
 *
 * <p>Nothing here knows the rest of the project, so that the rest can be tested against it.
 */
package org.snapshotproxy.endpoint;
