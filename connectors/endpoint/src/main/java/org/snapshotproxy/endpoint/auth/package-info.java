/**
 * Who asks: Signature Version 4, accounts, and temporary credentials.
 *
 * <p>Region and service of a request are read from its credential scope here and nowhere else. What
 * a caller may do with a snapshot is decided by the services.
 */
package org.snapshotproxy.endpoint.auth;
