package org.snapshotproxy.endpoint.service;

import java.io.IOException;
import java.time.Clock;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.auth.Sessions;
import org.snapshotproxy.endpoint.store.SnapshotCatalog;
import org.snapshotproxy.endpoint.wire.Reply;
import org.snapshotproxy.endpoint.wire.Request;

/** All operations of all services. Safe for many threads. */
public final class Services {
  private final SnapshotCatalog catalog;
  private final Clock clock;
  private final Starter starter;
  private final EbsReads reads;
  private final EbsWrites writes;
  private final Ec2 ec2;
  private final StsAndS3 others;
  private final Permissions permissions;

  /** Operations on the given snapshots. */
  public Services(
      SnapshotCatalog catalog, Sessions sessions, Settings settings, byte[] secret, Clock clock) {
    this.catalog = catalog;
    this.clock = clock;
    SnapshotAccess access = new SnapshotAccess(catalog);
    this.starter = new Starter(catalog, access, settings, clock);
    this.reads = new EbsReads(access, new Tokens(secret, clock));
    this.writes = new EbsWrites(access, settings);
    this.ec2 = new Ec2(catalog, access);
    this.others = new StsAndS3(sessions, clock);
    this.permissions = new Permissions(catalog);
  }

  /** Makes snapshots. */
  public Starter starter() {
    return starter;
  }

  /** What requests ask permission for. */
  Permissions permissions() {
    return permissions;
  }

  /** How old a snapshot is, in milliseconds; {@code Long.MAX_VALUE} if there is none. */
  long ageMillis(String snapshotId) {
    return snapshotId.isEmpty()
        ? Long.MAX_VALUE
        : catalog
            .find(snapshotId)
            .map(s -> clock.millis() - s.spec().startMillis())
            .orElse(Long.MAX_VALUE);
  }

  Reply call(Route route, Caller caller, Request request, BodyDigest body, PageShape shape)
      throws ServiceError, IOException {
    return switch (route.protocol()) {
      case EBS -> ebs(route, caller, request, body, shape);
      case EC2 -> ec2.handle(route, caller);
      case STS -> others.sts(route, caller);
      case S3 -> others.s3(route, caller);
    };
  }

  private Reply ebs(Route route, Caller caller, Request request, BodyDigest body, PageShape shape)
      throws ServiceError, IOException {
    return switch (route.operation()) {
      case "ListSnapshotBlocks" -> reads.listBlocks(route, caller, shape);
      case "ListChangedBlocks" -> reads.listChanged(route, caller, shape);
      case "GetSnapshotBlock" -> reads.getBlock(route, caller);
      case "StartSnapshot" -> starter.start(request, caller);
      case "PutSnapshotBlock" -> writes.putBlock(route, caller, request, body);
      case "CompleteSnapshot" -> writes.complete(route, caller, request);
      default ->
          throw new ServiceError(
              404,
              "UnknownOperationException",
              "",
              "There is no operation " + request.method() + " " + request.rawPath());
    };
  }
}
