package org.snapshotproxy.endpoint.service;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.store.BlockKind;
import org.snapshotproxy.endpoint.store.BlockView;
import org.snapshotproxy.endpoint.store.Geometry;
import org.snapshotproxy.endpoint.store.Snapshot;
import org.snapshotproxy.endpoint.wire.Reply;

/** ListSnapshotBlocks, ListChangedBlocks and GetSnapshotBlock. Safe for many threads. */
final class EbsReads {
  private static final String JSON = "application/json";
  private static final int MAX_RESULTS = 10_000;
  private static final int MIN_RESULTS = 100;

  /** Indexes that one page looks at; a sparse snapshot's pages come short rather than late. */
  private static final int MAX_SCAN = 4_000_000;

  private final SnapshotAccess access;
  private final Tokens tokens;

  EbsReads(SnapshotAccess access, Tokens tokens) {
    this.access = access;
    this.tokens = tokens;
  }

  /** Finds the next index to list below a limit. */
  private interface Step {
    int next(int limit) throws IOException;
  }

  /** Writes the entry of an index. */
  private interface Emit {
    void entry(BlockListWriter writer, int index);
  }

  Reply listBlocks(Route route, Caller caller, PageShape shape) throws ServiceError, IOException {
    Snapshot snapshot = access.toRead(route.snapshotId(), caller);
    String list = "blocks|" + snapshot.id();
    int from = start(route, list);
    BlockView.Walk walk = new BlockView(snapshot).walk(from);
    Tokens.BlockTokens blockTokens = tokens.ofSnapshot(snapshot.id());
    return page(
        route,
        shape,
        new Listing("Blocks", list, snapshot, from),
        walk::next,
        (writer, index) -> writer.block(index, blockTokens));
  }

  Reply listChanged(Route route, Caller caller, PageShape shape) throws ServiceError, IOException {
    String firstId = route.parameter("firstSnapshotId");
    if (firstId.isEmpty()) {
      throw ServiceError.invalid("firstSnapshotId must be specified with secondSnapshotId.");
    }
    Snapshot second = access.toRead(route.snapshotId(), caller);
    Snapshot first = access.toRead(firstId, caller);
    if (!first.spec().lineage().equals(second.spec().lineage())) {
      throw ServiceError.validation(
          "UNRELATED_SNAPSHOTS",
          "The snapshots '" + first.id() + "' and '" + second.id() + "' are not related.");
    }
    String list = "changed|" + first.id() + "|" + second.id();
    int from = start(route, list);
    BlockView.Changes changes =
        BlockView.changes(new BlockView(first), new BlockView(second), from);
    Tokens.BlockTokens firstTokens = tokens.ofSnapshot(first.id());
    Tokens.BlockTokens secondTokens = tokens.ofSnapshot(second.id());
    return page(
        route,
        shape,
        new Listing("ChangedBlocks", list, larger(first, second), from),
        changes::next,
        (writer, index) ->
            writer.changed(
                index, changes.inFirst(), firstTokens, changes.inSecond(), secondTokens));
  }

  private static Snapshot larger(Snapshot first, Snapshot second) {
    return first.spec().volumeSizeGiB() > second.spec().volumeSizeGiB() ? first : second;
  }

  /**
   * What a page is of.
   *
   * @param name of the list in the answer
   * @param list stands for operation and snapshots in the page token
   * @param sized the snapshot whose volume bounds the list
   */
  private record Listing(String name, String list, Snapshot sized, int from) {}

  private Reply page(Route route, PageShape shape, Listing listing, Step step, Emit emit)
      throws ServiceError, IOException {
    int max = shape.shorten(maxResults(route));
    int end = listing.sized().spec().blocks();
    int limit = (int) Math.min(end, (long) listing.from() + MAX_SCAN);
    BlockListWriter writer = new BlockListWriter(listing.name(), max, tokens.blockExpirySeconds());
    try {
      int at = max == 0 ? listing.from() : step.next(limit);
      for (int count = 0; at < limit && count < max; at = step.next(limit)) {
        emit.entry(writer, at);
        count++;
      }
      String next = at < end ? tokens.page(listing.list(), at) : "";
      ByteBuf body =
          writer.finish(listing.sized().spec().volumeSizeGiB(), Geometry.BLOCK_SIZE, next);
      return Reply.of(200, JSON, body);
    } catch (IOException | RuntimeException e) {
      writer.abandon();
      throw e;
    }
  }

  private int start(Route route, String list) throws ServiceError {
    String token = route.parameter("pageToken");
    if (!token.isEmpty()) {
      OptionalInt start = tokens.pageStart(list, token);
      if (start.isEmpty()) {
        throw ServiceError.validation(
            "INVALID_PAGE_TOKEN", "The page token is not valid or has expired.");
      }
      return start.getAsInt();
    }
    String index = route.parameter("startingBlockIndex");
    return index.isEmpty() ? 0 : number("startingBlockIndex", index, 0, Integer.MAX_VALUE);
  }

  private static int maxResults(Route route) throws ServiceError {
    String text = route.parameter("maxResults");
    return text.isEmpty() ? MAX_RESULTS : number("maxResults", text, MIN_RESULTS, MAX_RESULTS);
  }

  static int number(String name, String text, int min, int max) throws ServiceError {
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw ServiceError.invalid(name + " '" + text + "' is not a number.");
    }
    throw ServiceError.invalid(name + " is " + text + ", it has to be " + min + " to " + max + ".");
  }

  static int blockIndex(Route route, Snapshot snapshot) throws ServiceError {
    int index = number("blockIndex", route.block(), 0, Integer.MAX_VALUE);
    if (index >= snapshot.spec().blocks()) {
      throw ServiceError.validation(
          "INVALID_BLOCK",
          "Block " + index + " lies beyond the volume's " + snapshot.spec().blocks() + " blocks.");
    }
    return index;
  }

  Reply getBlock(Route route, Caller caller) throws ServiceError, IOException {
    Snapshot snapshot = access.toRead(route.snapshotId(), caller);
    int index = blockIndex(route, snapshot);
    if (!tokens.ofSnapshot(snapshot.id()).valid(route.parameter("blockToken"), index)) {
      throw ServiceError.validation(
          "INVALID_BLOCK_TOKEN",
          "The block token of block " + index + " is not valid or has expired.");
    }
    Optional<BlockView.Located> found = new BlockView(snapshot).find(index);
    if (found.isEmpty()) {
      throw ServiceError.validation(
          "INVALID_BLOCK", "The snapshot does not have block " + index + ".");
    }
    BlockView.Located block = found.get();
    if (block.entry().kind() == BlockKind.DISCARDED) {
      throw ServiceError.validation(
          "INVALID_BLOCK",
          "The data of block " + index + " was discarded: this server was told to keep digests.");
    }
    ReferenceCounted body = block.layer().body(block.entry(), index);
    return Reply.of(200, "application/octet-stream", body)
        .header("x-amz-Data-Length", Integer.toString(Geometry.BLOCK_SIZE))
        .header("x-amz-Checksum", Base64.getEncoder().encodeToString(block.entry().digest()))
        .header("x-amz-Checksum-Algorithm", "SHA256");
  }
}
