/**
 * The benchmarks: the tool beside a plain loop of SDK calls, each in a process of its own, turn by
 * turn against one local endpoint. They print figures and ratios of one run on one machine and
 * assert nothing.
 *
 * <pre>
 *   BenchmarkCommand ─▶ Benchmark ─▶ Child (one JVM) ─▶ Measured ─▶ the tool's command line, or PlainLoop
 * </pre>
 */
package org.snapshotproxy.pipelines.bench;
