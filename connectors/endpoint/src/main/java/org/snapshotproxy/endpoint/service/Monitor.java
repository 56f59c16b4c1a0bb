package org.snapshotproxy.endpoint.service;

import org.snapshotproxy.endpoint.fault.Faults;

/**
 * What a running server can be told and asked. Its parts are safe for many threads.
 *
 * @param settings that can be changed
 * @param faults in force
 * @param counters of requests and answers
 * @param tallies of blocks
 */
public record Monitor(Settings settings, Faults faults, Counters counters, BlockTallies tallies) {}
