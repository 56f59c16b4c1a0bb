/**
 * The command line: one class a command, each a preset of origin, destinations and checks over the
 * one transfer job. Results go to standard output; everything else to standard error.
 */
package org.snapshotproxy.pipelines.cli;
