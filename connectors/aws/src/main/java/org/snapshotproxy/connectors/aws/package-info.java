/**
 * What every AWS service's connector stands on.
 *
 * <pre>
 *   AwsAccess   who asks, and where: names only, travels in the job graph
 *   AwsSession  HTTP pool and credentials of one access, where they are used
 *   Retrier     the one retry policy ─▶ Pace (throttles slow every sender) ─▶ the SDK, which never retries itself
 *   Faults      what an error means, and the sentence for the user ─▶ ServiceFaults (what only one service's errors mean)
 * </pre>
 *
 * <p>No operation of any service is called here but STS's, for credentials.
 */
package org.snapshotproxy.connectors.aws;
