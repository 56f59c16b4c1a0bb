/**
 * The jobs and how they are run: the graph from origin to destinations, that of a count, of a map
 * written to files and of a comparison; the environment it runs in, the wait for its end.
 */
package org.snapshotproxy.pipelines.job;
