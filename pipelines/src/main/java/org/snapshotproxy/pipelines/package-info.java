/**
 * The tool: its command line, its jobs, the local runner, the demo.
 *
 * <pre>
 *   Fsp ─▶ cli (one class a command) ─▶ job (graph, runner) ─▶ operators ─▶ connectors
 *              └─▶ demo ─▶ the local endpoint
 * </pre>
 */
package org.snapshotproxy.pipelines;
