/**
 * Tests of what stands beside {@code src}: the scripts, the step and the cluster's configuration,
 * on a YARN and a Flink of their own. Nothing of the tool is on the class path here: what is tested
 * of it is its job jar.
 */
package org.snapshotproxy.emr;
