/**
 * What the operations do: the EBS direct APIs, and as much of EC2, STS and S3 as snapshot tools ask
 * for.
 *
 * <p>{@link org.snapshotproxy.endpoint.service.Dispatcher} is the door: it names the operation,
 * finds the caller, lets faults and quotas speak, calls the service, and turns errors into the
 * shape of the caller's protocol. Blocks come from the store; sockets are the wire's.
 */
package org.snapshotproxy.endpoint.service;
