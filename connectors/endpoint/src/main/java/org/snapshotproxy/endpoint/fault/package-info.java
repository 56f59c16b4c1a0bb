/**
 * What goes wrong on demand: rules, written as one line of text each, and the verdict they come to
 * on a request. This room decides; the services and the wire do what was decided.
 */
package org.snapshotproxy.endpoint.fault;
