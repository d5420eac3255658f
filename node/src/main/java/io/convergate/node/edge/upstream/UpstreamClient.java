package io.convergate.node.edge.upstream;

import io.convergate.node.edge.Deadlines;
import io.convergate.node.edge.Limits;
import io.convergate.node.edge.wire.SocketProbe;
import io.convergate.node.edge.wire.StrictResponseDecoder;
import io.convergate.node.edge.wire.TcpKeepAlive;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.routing.upstream.PoolSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import org.jspecify.annotations.Nullable;

/** Sends requests to endpoints over the connections of one loop. Confined to that loop. */
public final class UpstreamClient {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final WireLoop loop;
    private final Limits limits;
    private final Deadlines deadlines;
    private final Bootstrap bootstrap;
    private final SocketProbe probe = new SocketProbe();

    public UpstreamClient(WireLoop loop, Limits limits, Deadlines deadlines) {
        this.loop = loop;
        this.limits = limits;
        this.deadlines = deadlines;
        this.bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channel(loop.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    /**
     * Sends the request on a pooled connection, or on a new one.
     *
     * @param fresh whether to open a new connection even if one is idle
     */
    public UpstreamCall send(UpstreamRequest request, Endpoint endpoint, boolean fresh) {
        EndpointPool pool = endpoint.pool(loop);
        UpstreamCall call = new UpstreamCall(request, pool);
        UpstreamLimits bounds = endpoint.limits();
        boolean mustQueue = bounds != null && bounds.hasWaiting();
        UpstreamConnection pooled = fresh || mustQueue ? null : usable(pool);
        if (pooled != null) {
            pooled.start(call);
        } else if (bounds == null) {
            connect(call, pool);
        } else {
            connectWithin(bounds, call, pool);
        }
        return call;
    }

    /** An idle connection that has not ended; null if there is none. */
    @Nullable
    UpstreamConnection usable(EndpointPool pool) {
        UpstreamConnection pooled = pool.take();
        while (pooled != null && !pooled.isUsable(probe)) {
            pooled.close();
            pooled = pool.take();
        }
        return pooled;
    }

    private void connectWithin(UpstreamLimits bounds, UpstreamCall call, EndpointPool pool) {
        if (!bounds.pending()) {
            call.fail(new UpstreamFailure(
                    UpstreamFailure.Kind.OVERFLOW, "as many requests wait for a connection as may"));
            call.over();
        } else if (bounds.opened()) {
            connect(call, pool);
        } else {
            new PendingCall(this, call, pool, bounds, loop)
                    .await(pool.endpoint().settings().connectTimeout());
        }
    }

    /** Opens a connection for the call; if there are bounds, both count already. */
    void connect(UpstreamCall call, EndpointPool pool) {
        PoolSettings settings = pool.endpoint().settings();
        UpstreamLimits bounds = pool.endpoint().limits();
        StrictResponseDecoder decoder = new StrictResponseDecoder(limits);
        UpstreamConnection connection = new UpstreamConnection(loop, pool, decoder, deadlines.upstreamIdle());
        Bootstrap connecting = bootstrap
                .clone()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.max(1, Math.min(settings.connectTimeout().toMillis(), 600_000)))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(decoder, connection);
                    }
                });
        settings.keepAlive().ifPresent(probes -> TcpKeepAlive.set(connecting, loop.clientChannel(), probes));
        ChannelFuture connected = connecting.connect(pool.endpoint().address());
        if (bounds != null) {
            connected.channel().closeFuture().addListener(closed -> bounds.closed());
        }
        connected.addListener((ChannelFuture done) -> onConnected(call, connection, done));
    }

    private static void onConnected(UpstreamCall call, UpstreamConnection connection, ChannelFuture connected) {
        connection.connected();
        if (!connected.isSuccess()) {
            call.fail(new UpstreamFailure(
                    UpstreamFailure.Kind.CONNECT,
                    String.valueOf(connected.cause().getMessage())));
            call.over();
        } else if (call.isAborted()) {
            connected.channel().close();
        } else {
            connection.start(call);
        }
    }
}
