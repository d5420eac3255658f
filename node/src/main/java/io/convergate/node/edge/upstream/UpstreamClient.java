package io.convergate.node.edge.upstream;

import io.convergate.node.edge.Deadlines;
import io.convergate.node.edge.Limits;
import io.convergate.node.edge.wire.SocketProbe;
import io.convergate.node.edge.wire.StrictResponseDecoder;
import io.convergate.node.edge.wire.WireLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;

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
     * @param connectTimeout how long a new connection may take to open
     * @param fresh whether to open a new connection even if one is idle
     */
    public UpstreamCall send(UpstreamRequest request, Endpoint endpoint, Duration connectTimeout, boolean fresh) {
        EndpointPool pool = endpoint.pool(loop);
        UpstreamCall call = new UpstreamCall(request, pool);
        UpstreamConnection pooled = fresh ? null : pool.take();
        while (pooled != null && !pooled.isUsable(probe)) {
            pooled.close();
            pooled = pool.take();
        }
        if (pooled != null) {
            pooled.start(call);
        } else {
            connect(call, pool, connectTimeout);
        }
        return call;
    }

    private void connect(UpstreamCall call, EndpointPool pool, Duration timeout) {
        StrictResponseDecoder decoder = new StrictResponseDecoder(limits);
        UpstreamConnection connection = new UpstreamConnection(loop, pool, decoder, deadlines.upstreamIdle());
        bootstrap
                .clone()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, Math.min(timeout.toMillis(), 600_000)))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(decoder, connection);
                    }
                })
                .connect(pool.endpoint().address())
                .addListener((ChannelFuture connected) -> onConnected(call, connection, connected));
    }

    private static void onConnected(UpstreamCall call, UpstreamConnection connection, ChannelFuture connected) {
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
