package io.convergate.node.edge.upstream;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.routing.health.HealthCheck;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One check, on a connection of its own that ends with it. Of a response the head is read and no more. Confined to a loop. The outcome
 * is told once: an empty text if the check is passed, else why it failed.
 */
final class HealthProbe extends SimpleChannelInboundHandler<HttpObject> {
    /** What the request says of itself. */
    static final String USER_AGENT = "convergate-health-check";

    private static final int LINE_MAX = 4_096;
    private static final int HEAD_MAX = 16_384;
    private static final int CHUNK_MAX = 8_192;

    private final HealthCheck check;
    private final Consumer<String> told;
    private final EdgeLoop.Cancellable deadline;
    private @Nullable Channel channel;
    private boolean over;

    private HealthProbe(HealthCheck check, EdgeLoop loop, Consumer<String> told) {
        this.check = check;
        this.told = told;
        this.deadline = loop.schedule(check.timeout().toNanos(), () -> end("no answer within " + text()));
    }

    /** Begins a check. On the loop. */
    static void of(HealthCheck check, WireLoop loop, String host, InetSocketAddress address, Consumer<String> told) {
        HealthProbe probe = new HealthProbe(check, loop, told);
        ChannelFuture connected = new Bootstrap()
                .group(loop.eventLoop())
                .channel(loop.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.max(1, check.timeout().toMillis()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        if (check.probe() instanceof HealthCheck.Http) {
                            made.pipeline().addLast(new HttpClientCodec(LINE_MAX, HEAD_MAX, CHUNK_MAX), probe);
                        }
                    }
                })
                .connect(address);
        probe.channel = connected.channel();
        connected.addListener((ChannelFuture done) -> probe.connected(done, host));
    }

    private String text() {
        long millis = check.timeout().toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    private void connected(ChannelFuture done, String host) {
        if (over) {
            done.channel().close();
        } else if (!done.isSuccess()) {
            end(
                    done.cause() instanceof ConnectTimeoutException
                            ? "no connection within " + text()
                            : done.cause() instanceof ConnectException
                                    ? "connection refused"
                                    : "no connection: " + done.cause());
        } else if (check.probe() instanceof HealthCheck.Http http) {
            done.channel().writeAndFlush(request(http, host));
        } else {
            end("");
        }
    }

    private static DefaultFullHttpRequest request(HealthCheck.Http http, String host) {
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(http.method()), http.path());
        request.headers()
                .set(HttpHeaderNames.HOST, http.host().orElse(host))
                .set(HttpHeaderNames.USER_AGENT, USER_AGENT)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        http.headers().forEach((name, value) -> request.headers().set(name, value));
        return request;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            end("no HTTP: " + part.decoderResult().cause().getMessage());
        } else if (part instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL
                && check.probe() instanceof HealthCheck.Http http) {
            int status = response.status().code();
            end(http.passes(status) ? "" : "status " + status + " (expected: " + expected(http) + ")");
        }
    }

    private static String expected(HealthCheck.Http http) {
        return String.join(
                ", ", http.expected().stream().map(HealthCheck.Range::toString).toList());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("the connection ended before an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        end(String.valueOf(failure.getMessage()));
    }

    private void end(String failure) {
        if (over) {
            return;
        }
        over = true;
        deadline.cancel();
        if (channel != null) {
            channel.close();
        }
        told.accept(failure);
    }
}
