package org.snapshotproxy.endpoint.service;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.store.Geometry;
import org.snapshotproxy.endpoint.store.Snapshot;
import org.snapshotproxy.endpoint.wire.Reply;
import org.snapshotproxy.endpoint.wire.Request;

/** PutSnapshotBlock and CompleteSnapshot. Safe for many threads. */
final class EbsWrites {
  private final SnapshotAccess access;
  private final Settings settings;

  EbsWrites(SnapshotAccess access, Settings settings) {
    this.access = access;
    this.settings = settings;
  }

  Reply putBlock(Route route, Caller caller, Request request, BodyDigest body)
      throws ServiceError, IOException {
    Snapshot snapshot = access.toWrite(route.snapshotId(), caller);
    int index = EbsReads.blockIndex(route, snapshot);
    checkLength(request);
    EbsReads.number("Progress", request.header("x-amz-Progress").orElse("0"), 0, 100);
    requireSha256(request, "x-amz-Checksum-Algorithm");
    byte[] digest = body.bytes();
    if (!Arrays.equals(digest, checksum(required(request, "x-amz-Checksum")))) {
      throw ServiceError.validation(
          "INVALID_BLOCK", "The checksum of block " + index + " is not that of the data sent.");
    }
    ByteBuf data = request.body();
    boolean discard = settings.discards(snapshot.spec().region());
    if (!snapshot.put(index, digest, data, discard)) {
      throw notPending(snapshot);
    }
    return Reply.empty(201)
        .header("x-amz-Checksum", Base64.getEncoder().encodeToString(digest))
        .header("x-amz-Checksum-Algorithm", "SHA256");
  }

  private static void checkLength(Request request) throws ServiceError {
    String length = required(request, "x-amz-Data-Length");
    if (!length.equals(Integer.toString(Geometry.BLOCK_SIZE))
        || request.body().readableBytes() != Geometry.BLOCK_SIZE) {
      throw ServiceError.validation(
          "INVALID_BLOCK",
          "A block is 524288 bytes; the header says "
              + length
              + " and the body has "
              + request.body().readableBytes()
              + ".");
    }
  }

  private static String required(Request request, String header) throws ServiceError {
    Optional<String> value = request.header(header);
    if (value.isEmpty()) {
      throw ServiceError.invalid("The header " + header + " is missing.");
    }
    return value.get();
  }

  private static void requireSha256(Request request, String header) throws ServiceError {
    if (!required(request, header).equals("SHA256")) {
      throw ServiceError.invalid(header + " has to be SHA256.");
    }
  }

  private static byte[] checksum(String text) throws ServiceError {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length == Geometry.DIGEST_SIZE) {
        return bytes;
      }
    } catch (IllegalArgumentException notBase64) {
      throw ServiceError.invalid("The checksum '" + text + "' is not Base64.");
    }
    throw ServiceError.invalid("The checksum '" + text + "' is not of SHA-256.");
  }

  private static ServiceError notPending(Snapshot snapshot) {
    return ServiceError.validation(
        "INVALID_SNAPSHOT_ID",
        "The snapshot '" + snapshot.id() + "' is not pending and cannot be written.");
  }

  Reply complete(Route route, Caller caller, Request request) throws ServiceError, IOException {
    Snapshot snapshot = access.toWrite(route.snapshotId(), caller);
    String text = required(request, "x-amz-ChangedBlocksCount");
    int count = EbsReads.number("ChangedBlocksCount", text, 0, Integer.MAX_VALUE);
    Optional<String> sum = request.header("x-amz-Checksum");
    if (sum.isPresent()) {
      checksum(sum.get());
      requireSha256(request, "x-amz-Checksum-Algorithm");
      if (!required(request, "x-amz-Checksum-Aggregation-Method").equals("LINEAR")) {
        throw ServiceError.invalid("The aggregation method has to be LINEAR.");
      }
    }
    Snapshot.SealResult result = snapshot.seal(count, sum, settings.completionDelayMillis());
    switch (result) {
      case SEALED -> {}
      case WRONG_COUNT ->
          throw ServiceError.invalid(
              "ChangedBlocksCount is "
                  + count
                  + ", but "
                  + snapshot.written()
                  + " blocks were written to '"
                  + snapshot.id()
                  + "'.");
      case WRONG_CHECKSUM ->
          throw ServiceError.invalid(
              "The checksum is not that of the blocks written to '" + snapshot.id() + "'.");
      case NOT_PENDING -> throw notPending(snapshot);
    }
    return Reply.text(202, "application/json", "{\"Status\":\"" + snapshot.status() + "\"}");
  }
}
