package org.snapshotproxy.endpoint.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.snapshotproxy.endpoint.fault.Verdict;
import org.snapshotproxy.endpoint.store.Sha256;
import org.snapshotproxy.endpoint.wire.Reply;

/** Spoils answers as a verdict says. */
final class ReplyFaults {
  private static final String CHECKSUM = "x-amz-Checksum";

  private ReplyFaults() {}

  static void apply(Verdict verdict, Reply reply) throws IOException {
    reply.addDelay(verdict.delayMillis());
    reply.setEnding(verdict.ending());
    boolean half =
        verdict.ending() == Reply.Ending.RESET_IN_BODY
            || verdict.ending() == Reply.Ending.TRUNCATED;
    if (verdict.corrupt() || half) {
      reply.replaceBody(ownBytes(reply));
    }
    if (verdict.corrupt() && reply.length() > 0) {
      ByteBuf body = (ByteBuf) reply.body();
      int middle = body.readerIndex() + body.readableBytes() / 2;
      body.setByte(middle, body.getByte(middle) ^ 0x10);
    }
    if (verdict.wrongChecksum() && reply.headers().contains(CHECKSUM)) {
      byte[] other = Sha256.of(reply.headers().get(CHECKSUM).getBytes(StandardCharsets.US_ASCII));
      reply.header(CHECKSUM, Base64.getEncoder().encodeToString(other));
    }
  }

  /** The body's bytes in a buffer that may be changed. */
  private static ByteBuf ownBytes(Reply reply) throws IOException {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer((int) Math.max(1, reply.length()));
    if (reply.body() instanceof ByteBuf body) {
      return bytes.writeBytes(body, body.readerIndex(), body.readableBytes());
    }
    FileRegion region = (FileRegion) reply.body();
    try (WritableByteChannel out = Channels.newChannel(new ByteBufOutputStream(bytes))) {
      while (region.transferred() < region.count()) {
        region.transferTo(out, region.transferred());
      }
      return bytes;
    } catch (IOException | RuntimeException e) {
      bytes.release();
      throw e;
    }
  }
}
