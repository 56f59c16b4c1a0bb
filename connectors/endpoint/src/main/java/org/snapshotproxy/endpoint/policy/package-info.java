/**
 * What a caller may do: the identity policies of IAM, as far as snapshot tools meet them, and a log
 * of what was asked for.
 *
 * <p>A {@link org.snapshotproxy.endpoint.policy.Call} is one permission that a request needs. The
 * services say which calls a request comes to; here it is decided whether they are allowed. No
 * protocol and no store comes into this room, so that a gateway before another server can ask it
 * too.
 */
package org.snapshotproxy.endpoint.policy;
