package org.snapshotproxy.endpoint.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection: one request at a time, the next is read when this one is answered. */
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int MAX_BODY = 1024 * 1024;
  private static final int TYPICAL_PUT = 524_288;

  private final Handler handler;
  private final Executor workers;
  private final BodyBudget budget;

  private HttpRequest head;
  private ByteBuf body = Unpooled.EMPTY_BUFFER;
  private boolean permit;
  private boolean readingBody;
  private boolean silent;
  private final Queue<Object> inbox = new ArrayDeque<>();
  private boolean wanted;
  private boolean pumping;

  Connection(Handler handler, Executor workers, BodyBudget budget) {
    this.handler = handler;
    this.workers = workers;
    this.budget = budget;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    next(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    inbox.add(message);
    pump(ctx);
  }

  /** Asks for one more message: one decoded already, or else the socket's. */
  private void next(ChannelHandlerContext ctx) {
    wanted = true;
    if (!pumping) {
      pump(ctx);
    }
  }

  private void pump(ChannelHandlerContext ctx) {
    pumping = true;
    while (wanted && !inbox.isEmpty()) {
      wanted = false;
      take(ctx, inbox.poll());
    }
    pumping = false;
    if (wanted) {
      ctx.read();
    }
  }

  private void take(ChannelHandlerContext ctx, Object message) {
    if (silent) {
      ReferenceCountUtil.release(message);
      next(ctx);
    } else if (message instanceof HttpRequest request) {
      begin(ctx, request);
    } else if (message instanceof HttpContent content) {
      try {
        append(ctx, content);
      } finally {
        content.release();
      }
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    head = request;
    if (request.decoderResult().isFailure()) {
      refuse(ctx, HttpResponseStatus.BAD_REQUEST);
    } else if (HttpUtil.getContentLength(request, 0L) > MAX_BODY) {
      refuse(ctx, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
    } else if (request.method().equals(HttpMethod.PUT)) {
      budget.acquire(() -> ctx.executor().execute(() -> permitted(ctx)));
    } else {
      readBody(ctx);
    }
  }

  private void permitted(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      budget.release();
      return;
    }
    permit = true;
    readBody(ctx);
  }

  private void readBody(ChannelHandlerContext ctx) {
    readingBody = true;
    if (HttpUtil.is100ContinueExpected(head)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
    next(ctx);
  }

  private void append(ChannelHandlerContext ctx, HttpContent content) {
    if (!readingBody) {
      return;
    }
    ByteBuf part = content.content();
    if (content.decoderResult().isFailure()) {
      refuse(ctx, HttpResponseStatus.BAD_REQUEST);
      return;
    }
    if (body.readableBytes() + part.readableBytes() > MAX_BODY) {
      refuse(ctx, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
      return;
    }
    if (part.isReadable()) {
      if (body == Unpooled.EMPTY_BUFFER) {
        long known = HttpUtil.getContentLength(head, permit ? TYPICAL_PUT : 1024L);
        body = ctx.alloc().directBuffer((int) Math.max(known, part.readableBytes()));
      }
      body.writeBytes(part);
    }
    if (content instanceof LastHttpContent) {
      readingBody = false;
      dispatch(ctx);
    } else {
      next(ctx);
    }
  }

  private void dispatch(ChannelHandlerContext ctx) {
    ByteBuf taken = body;
    boolean taking = permit;
    body = Unpooled.EMPTY_BUFFER;
    permit = false;
    boolean keepAlive = HttpUtil.isKeepAlive(head);
    boolean local = isLocal(ctx.channel());
    Request request = new Request(head.method().name(), head.uri(), head.headers(), taken, local);
    try {
      workers.execute(
          () -> {
            Reply reply = null;
            try {
              reply = handler.handle(request);
            } finally {
              taken.release();
              if (taking) {
                budget.release();
              }
              Reply answer = reply == null ? Reply.empty(500) : reply;
              ctx.executor().execute(() -> answer(ctx, answer, keepAlive));
            }
          });
    } catch (RejectedExecutionException closing) {
      taken.release();
      if (taking) {
        budget.release();
      }
      ctx.close();
    }
  }

  private static boolean isLocal(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress address
        && address.getAddress().isLoopbackAddress();
  }

  private void answer(ChannelHandlerContext ctx, Reply reply, boolean keepAlive) {
    if (reply.delayMillis() > 0) {
      long wait = reply.delayMillis();
      reply.addDelay(-wait);
      ctx.executor().schedule(() -> answer(ctx, reply, keepAlive), wait, TimeUnit.MILLISECONDS);
      return;
    }
    if (!ctx.channel().isActive()) {
      reply.release();
      return;
    }
    switch (reply.ending()) {
      case WHOLE -> sendWhole(ctx, reply, keepAlive);
      case STALLED -> {
        reply.release();
        silent = true;
        next(ctx);
      }
      case RESET -> {
        reply.release();
        reset(ctx);
      }
      case RESET_IN_BODY -> sendHalf(ctx, reply).addListener(f -> reset(ctx));
      case TRUNCATED -> sendHalf(ctx, reply).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static HttpResponse headOf(Reply reply, boolean keepAlive) {
    HttpResponse response =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), reply.headers());
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.length());
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return response;
  }

  private void sendWhole(ChannelHandlerContext ctx, Reply reply, boolean keepAlive) {
    boolean headOnly = head.method().equals(HttpMethod.HEAD);
    ctx.write(headOf(reply, keepAlive));
    if (headOnly || reply.length() == 0) {
      reply.release();
    } else {
      ctx.write(reply.body());
    }
    ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(
            (ChannelFuture sent) -> {
              if (sent.isSuccess() && keepAlive) {
                next(ctx);
              } else {
                ctx.close();
              }
            });
  }

  private static ChannelFuture sendHalf(ChannelHandlerContext ctx, Reply reply) {
    ctx.write(headOf(reply, true));
    long half = reply.length() / 2;
    ByteBuf bytes = (ByteBuf) reply.body();
    return ctx.writeAndFlush(bytes.slice(bytes.readerIndex(), (int) half));
  }

  private static void reset(ChannelHandlerContext ctx) {
    ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    ctx.close();
  }

  private void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
    readingBody = false;
    byte[] text = status.reasonPhrase().getBytes(StandardCharsets.US_ASCII);
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(text));
    HttpUtil.setContentLength(response, text.length);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && readingBody && permit) {
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    readingBody = false;
    inbox.forEach(ReferenceCountUtil::release);
    inbox.clear();
    body.release();
    body = Unpooled.EMPTY_BUFFER;
    if (permit) {
      permit = false;
      budget.release();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("connection from {} dropped", ctx.channel().remoteAddress(), cause);
    ctx.close();
  }
}
