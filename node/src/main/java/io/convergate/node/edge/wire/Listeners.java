package io.convergate.node.edge.wire;

import io.convergate.node.edge.EdgeSettings;
import io.convergate.node.edge.ListenerState;
import io.convergate.node.edge.http.RequestTargets;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.routing.match.ListenerId;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open listeners. One that comes or goes leaves the connections of all others alone; one that goes stops
 * accepting and lets its own connections end after what they are doing. Calls from one thread at a time.
 */
final class Listeners implements Wire {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final int BACKLOG = 4096;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final EdgeSettings settings;
    private final EdgeLoops loops;
    private final EdgeHandler handler;
    private final Consumer<RequestRecord> finished;
    private final RequestTargets targets;
    private final AtomicInteger connections = new AtomicInteger();
    private final ConcurrentHashMap<ListenerId, Open> open = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ListenerId, ListenerState> states = new ConcurrentHashMap<>();

    private record Open(Channel channel, ConnectionGroup connections) {}

    Listeners(EdgeSettings settings, EdgeLoops loops, EdgeHandler handler, Consumer<RequestRecord> finished) {
        this.settings = settings;
        this.loops = loops;
        this.handler = handler;
        this.finished = finished;
        this.targets = new RequestTargets(settings.pathNormalization());
    }

    @Override
    public CompletionStage<ListenerState> open(ListenerId id, InetSocketAddress address) {
        ListenerContext context =
                new ListenerContext(id, handler, targets, settings.limits(), settings.deadlines(), finished);
        ConnectionGroup group = new ConnectionGroup(connections);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group(), loops.group())
                .channel(loops.transport().server())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (connections.get() >= context.limits().connectionsMax()) {
                            channel.close();
                            return;
                        }
                        StrictRequestDecoder decoder = new StrictRequestDecoder(context.limits());
                        channel.pipeline()
                                .addLast(
                                        decoder,
                                        new ServerConnection(context, loops.of(channel.eventLoop()), decoder, group));
                    }
                });
        CompletableFuture<ListenerState> result = new CompletableFuture<>();
        bootstrap.bind(address).addListener((io.netty.channel.ChannelFuture bound) -> {
            ListenerState state;
            if (bound.isSuccess()) {
                InetSocketAddress local = (InetSocketAddress) bound.channel().localAddress();
                open.put(id, new Open(bound.channel(), group));
                state = ListenerState.open(id, local);
                LOG.info("Listening on {} for port {}", local, id.port());
            } else {
                state = ListenerState.failed(
                        id, address, reason(address, bound.cause().getMessage()));
                if (!state.equals(states.get(id))) {
                    LOG.error("Cannot listen on {} for port {}: {}", address, id.port(), state.problem());
                }
            }
            states.put(id, state);
            result.complete(state);
        });
        return result;
    }

    /** Of two listeners that would be one socket here, what the kernel says of the second names neither. */
    private String reason(InetSocketAddress wanted, @Nullable String kernel) {
        for (ListenerState other : states.values()) {
            InetSocketAddress taken = other.address();
            if (other.isOpen()
                    && taken.getPort() == wanted.getPort()
                    && (taken.equals(wanted)
                            || taken.getAddress().isAnyLocalAddress()
                            || wanted.getAddress().isAnyLocalAddress())) {
                return wanted.getAddress().getHostAddress() + ":" + wanted.getPort()
                        + " (expected: an address and port of its own; the listener for port "
                        + other.id().port() + " has " + taken.getAddress().getHostAddress() + ":"
                        + taken.getPort() + ")";
            }
        }
        return String.valueOf(kernel);
    }

    @Override
    public CompletionStage<Void> close(ListenerId id) {
        states.remove(id);
        Open listener = open.remove(id);
        CompletableFuture<Void> closed = new CompletableFuture<>();
        if (listener == null) {
            closed.complete(null);
        } else {
            LOG.info("No longer listening for port {}", id.port());
            listener.channel.close().addListener(done -> closed.complete(null));
            listener.connections.drain();
        }
        return closed;
    }

    @Override
    public List<ListenerState> states() {
        List<ListenerState> list = new ArrayList<>(states.values());
        list.sort(Comparator.comparing(ListenerState::id));
        return list;
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public CompletionStage<Void> drain(Duration atMost) {
        List<Open> all = List.copyOf(open.values());
        open.keySet().forEach(this::close);
        CompletableFuture<Void> drained = new CompletableFuture<>();
        long deadline = System.nanoTime() + atMost.toNanos();
        check(drained, all, deadline);
        return drained;
    }

    @Override
    public void shutdown() {
        open.keySet().forEach(this::close);
    }

    private void check(CompletableFuture<Void> drained, List<Open> all, long deadline) {
        if (all.stream().allMatch(listener -> listener.connections.size() == 0)) {
            drained.complete(null);
        } else if (System.nanoTime() - deadline >= 0) {
            all.forEach(listener -> listener.connections.close());
            drained.complete(null);
        } else {
            loops.group().schedule(() -> check(drained, all, deadline), 20, TimeUnit.MILLISECONDS);
        }
    }
}
