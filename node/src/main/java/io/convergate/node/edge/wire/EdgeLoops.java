package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.HttpModel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorSystem;

/**
 * The edge's event loops, one a core unless configured, and the Pekko dispatchers that run streams on them. Any thread.
 */
public final class EdgeLoops {
    private final Transport transport;
    private final EventLoopGroup group;
    private final List<WireLoop> loops = new ArrayList<>();
    private final Map<EventLoop, WireLoop> byEventLoop = new HashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    /**
     * Starts the loops.
     *
     * @param transport {@code auto}, {@code io_uring}, {@code epoll} or {@code nio}
     * @param count how many; 0 for one a core
     * @param system gets a dispatcher {@code convergate.edge.loop-N} for each loop
     * @throws IllegalArgumentException if the transport is unknown or does not work here
     */
    public EdgeLoops(String transport, int count, ActorSystem system) {
        HttpModel.load();
        this.transport = Transport.choose(transport);
        int size = count > 0 ? count : Runtime.getRuntime().availableProcessors();
        group = new MultiThreadIoEventLoopGroup(
                size, new DefaultThreadFactory("edge-loop", true), this.transport.ioHandlers());
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            int index = loops.size();
            String dispatcher = "convergate.edge.loop-" + index;
            system.dispatchers()
                    .registerConfigurator(
                            dispatcher,
                            new LoopDispatcher(
                                    dispatcher, loop, system.dispatchers().prerequisites()));
            WireLoop wireLoop =
                    new WireLoop(index, loop, this.transport.client(), new BodyStreams(loop, system, dispatcher));
            loops.add(wireLoop);
            byEventLoop.put(loop, wireLoop);
        }
    }

    /**
     * Looks whether loops could be started, and starts none.
     *
     * @param transport as above
     * @throws IllegalArgumentException if the transport is unknown or does not work here
     */
    public static void check(String transport) {
        Transport.choose(transport);
    }

    /** {@code io_uring}, {@code epoll} or {@code nio}. */
    public String transportName() {
        return transport.name();
    }

    /** Why it is that one. */
    public String transportReason() {
        return transport.reason();
    }

    /** All loops, in the order of their numbers. */
    public List<WireLoop> loops() {
        return List.copyOf(loops);
    }

    /** One of the loops, in turn. */
    public WireLoop next() {
        return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    }

    /** The class of UDP sockets on these loops, for DNS. */
    public Class<? extends DatagramChannel> datagramChannel() {
        return transport.datagram();
    }

    /** Memory outside of the heap that buffers take from the system, in bytes. */
    public static long bufferBytes() {
        return PlatformDependent.usedDirectMemory();
    }

    Transport transport() {
        return transport;
    }

    EventLoopGroup group() {
        return group;
    }

    WireLoop of(EventLoop loop) {
        WireLoop known = byEventLoop.get(loop);
        if (known == null) {
            throw new IllegalStateException("a loop of another group");
        }
        return known;
    }

    /** Ends the loops and every connection on them; returns when they are gone or after two seconds. */
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
