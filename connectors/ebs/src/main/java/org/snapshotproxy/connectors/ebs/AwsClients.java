package org.snapshotproxy.connectors.ebs;

import java.util.HashMap;
import java.util.Map;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.aws.AwsSession;
import org.snapshotproxy.connectors.aws.Patience;
import org.snapshotproxy.connectors.aws.Retrier;
import org.snapshotproxy.connectors.aws.UnsignedBodyScheme;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * The EBS and EC2 clients of one {@link AwsAccess}, shared by all who use it in this process: one
 * session, one send limit each for reads, writes and lists. Counted: the last {@link #close} closes
 * them. Thread-safe.
 */
final class AwsClients implements AutoCloseable {
  private static final Map<AwsAccess, AwsClients> SHARED = new HashMap<>();

  private final AwsAccess access;
  private final AwsSession session;
  private final EbsClient ebs;
  private final Retrier reads;
  private final Retrier writes;
  private final Retrier lists;
  private int users;
  private int readers;
  private int writers;

  private AwsClients(AwsAccess access, AwsSession.Timeouts timeouts) {
    this.access = access;
    this.reads = retrier(access);
    this.writes = retrier(access);
    this.lists = retrier(access);
    this.session = new AwsSession(access, timeouts);
    this.ebs =
        session
            .configure(EbsClient.builder().putAuthScheme(new UnsignedBodyScheme()), "ebs")
            .build();
  }

  private static Retrier retrier(AwsAccess access) {
    return new Retrier(Patience.JOB.outlasting(access.outage()), EbsRefusals.KNOWN);
  }

  /** The clients for this access; the caller closes them. */
  static AwsClients open(AwsAccess access) {
    synchronized (SHARED) {
      AwsClients clients =
          SHARED.computeIfAbsent(access, each -> new AwsClients(each, AwsSession.Timeouts.DEFAULT));
      clients.users++;
      return clients;
    }
  }

  /** Clients of the caller's own, with other timeouts; the caller closes them. */
  static AwsClients unshared(AwsAccess access, AwsSession.Timeouts timeouts) {
    AwsClients clients = new AwsClients(access, timeouts);
    clients.users = 1;
    return clients;
  }

  /**
   * Clients for a subtask that reads blocks, which brings its share of the limit with it; it gives
   * both back with {@link #closeReader}.
   */
  static AwsClients openReader(AwsAccess access) {
    synchronized (SHARED) {
      AwsClients clients = open(access);
      clients.reads.limit(access.limit().of(++clients.readers));
      return clients;
    }
  }

  /** The end of {@link #openReader}. */
  void closeReader() {
    synchronized (SHARED) {
      reads.limit(access.limit().of(Math.max(1, --readers)));
      close();
    }
  }

  /** The same for a subtask that writes blocks; it ends with {@link #closeWriter}. */
  static AwsClients openWriter(AwsAccess access) {
    synchronized (SHARED) {
      AwsClients clients = open(access);
      clients.writes.limit(access.limit().of(++clients.writers));
      return clients;
    }
  }

  /** The end of {@link #openWriter}. */
  void closeWriter() {
    synchronized (SHARED) {
      writes.limit(access.limit().of(Math.max(1, --writers)));
      close();
    }
  }

  EbsClient ebs() {
    return ebs;
  }

  Retrier reads() {
    return reads;
  }

  Retrier writes() {
    return writes;
  }

  Retrier lists() {
    return lists;
  }

  /** An EC2 client over the same pool and credentials; the caller closes it. */
  Ec2Client newEc2() {
    return session.configure(Ec2Client.builder(), "ec2").build();
  }

  /** An STS client over the same pool and credentials; the caller closes it. */
  StsClient newSts() {
    return session.newSts();
  }

  @Override
  public void close() {
    synchronized (SHARED) {
      if (--users > 0) {
        return;
      }
      SHARED.remove(access, this);
    }
    ebs.close();
    session.close();
  }
}
