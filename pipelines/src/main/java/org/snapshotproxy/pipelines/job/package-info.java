/**
 * The jobs and how they are run: the graph from origin to destinations, that of a count, of a map
 * written to files and of a comparison; the environment it runs in, the wait for its end.
 *
 * <pre>
 *   JobRunner ─▶ a mini cluster here        EmbeddedDirectory; with a run id RunDirectory, whose checkpoints stay
 *             ─▶ the place of flink run     whatever environment the process was given
 *             ─▶ a cluster of --cluster     ClusterEnvironment (submits), ClusterApi (asks), ClusterProgress (for the bar)
 *             either                        ClusterJobs: a job of the same run that is going on, where a stopped one left off
 * </pre>
 */
package org.snapshotproxy.pipelines.job;
