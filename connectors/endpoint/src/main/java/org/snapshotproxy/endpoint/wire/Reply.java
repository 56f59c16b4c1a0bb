package org.snapshotproxy.endpoint.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.ReferenceCounted;
import java.nio.charset.StandardCharsets;

/** An answer, and what becomes of it on the way out. For one thread at a time. */
public final class Reply {
  /** How the answer leaves. */
  public enum Ending {
    /** Whole. */
    WHOLE,
    /** Never: the connection stays open and silent. */
    STALLED,
    /** Not at all: the connection is reset. */
    RESET,
    /** Half of the body, which has to be a buffer, then the connection is reset. */
    RESET_IN_BODY,
    /** Half of the body, which has to be a buffer, then the connection is closed in order. */
    TRUNCATED
  }

  private final int status;
  private final HttpHeaders headers = new DefaultHttpHeaders();
  private ReferenceCounted body;
  private Ending ending = Ending.WHOLE;
  private long delayMillis;

  private Reply(int status, ReferenceCounted body) {
    this.status = status;
    this.body = body;
  }

  /** An answer with the given bytes, which it takes over: a buffer or a {@link FileRegion}. */
  public static Reply of(int status, String contentType, ReferenceCounted body) {
    Reply reply = new Reply(status, body);
    reply.headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
    return reply;
  }

  /** An answer with a text, sent as UTF-8. */
  public static Reply text(int status, String contentType, String text) {
    return of(status, contentType, Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** An answer without a body. */
  public static Reply empty(int status) {
    return new Reply(status, Unpooled.EMPTY_BUFFER);
  }

  /** Adds or replaces a header. */
  public Reply header(CharSequence name, String value) {
    headers.set(name, value);
    return this;
  }

  /** HTTP status, 200 to 599. */
  public int status() {
    return status;
  }

  /** The headers, to be changed at will. */
  public HttpHeaders headers() {
    return headers;
  }

  /** The body: a buffer or a {@link FileRegion}. */
  public ReferenceCounted body() {
    return body;
  }

  /** Bytes in the body. */
  public long length() {
    return body instanceof FileRegion region ? region.count() : ((ByteBuf) body).readableBytes();
  }

  /** Puts another body in the place of this one, which is released. */
  public void replaceBody(ReferenceCounted other) {
    body.release();
    body = other;
  }

  /** How the answer leaves. */
  public Ending ending() {
    return ending;
  }

  /** Says how the answer leaves. */
  public void setEnding(Ending value) {
    ending = value;
  }

  /** Milliseconds that the answer waits before it leaves. */
  public long delayMillis() {
    return delayMillis;
  }

  /** Makes the answer wait longer. */
  public void addDelay(long millis) {
    delayMillis += millis;
  }

  /** Gives the body back unsent. */
  public void release() {
    body.release();
  }
}
