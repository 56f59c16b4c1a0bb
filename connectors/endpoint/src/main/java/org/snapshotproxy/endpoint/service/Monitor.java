package org.snapshotproxy.endpoint.service;

import org.snapshotproxy.endpoint.fault.Faults;
import org.snapshotproxy.endpoint.policy.CallLog;
import org.snapshotproxy.endpoint.policy.Policies;

/**
 * What a running server can be told and asked. Its parts are safe for many threads.
 *
 * @param settings that can be changed
 * @param faults in force
 * @param counters of requests and answers
 * @param tallies of blocks
 * @param policies of the callers
 * @param calls that were made
 */
public record Monitor(
    Settings settings,
    Faults faults,
    Counters counters,
    BlockTallies tallies,
    Policies policies,
    CallLog calls) {}
