/**
 * The demonstration: the local endpoint, a real image, and the tool's own commands run one after
 * the other.
 */
package org.snapshotproxy.pipelines.demo;
