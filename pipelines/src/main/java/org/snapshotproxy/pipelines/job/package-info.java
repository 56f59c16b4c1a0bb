/**
 * The jobs and how they are run: the graph from origin to destinations, the environment it runs in,
 * the wait for its end.
 */
package org.snapshotproxy.pipelines.job;
