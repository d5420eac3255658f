package io.convergate.loadgen.fault.proxy;

import io.convergate.loadgen.net.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A port of the proxy and the server behind it, with the toxics between. Thread-safe. */
public final class ProxyLink {
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int BACKLOG = 1024;

    private final String name;
    private final Loops loops;
    private final Bootstrap client;
    private final Random seeds;
    private final Set<Spliced> open = ConcurrentHashMap.newKeySet();
    private final LongAdder taken = new LongAdder();
    private InetSocketAddress listen;
    private volatile InetSocketAddress upstream;
    private volatile List<Toxic> toxics = List.of();
    private @Nullable Channel listener;

    ProxyLink(String name, InetSocketAddress listen, InetSocketAddress upstream, Loops loops, long seed) {
        this.name = name;
        this.listen = listen;
        this.upstream = upstream;
        this.loops = loops;
        this.seeds = new Random(seed);
        this.client = loops.client()
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS);
    }

    public String name() {
        return name;
    }

    /** Where it listens; with the real port once it did. */
    public synchronized InetSocketAddress listen() {
        return listen;
    }

    /** The server behind it. */
    public InetSocketAddress upstream() {
        return upstream;
    }

    public synchronized boolean isEnabled() {
        return listener != null;
    }

    /**
     * Opens the port.
     *
     * @throws UncheckedIOException if it cannot be bound
     */
    public synchronized void enable() {
        if (listener != null) {
            return;
        }
        ChannelFuture bound = loops.server()
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(listen)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw Loops.cannotBind(listen, bound.cause());
        }
        listener = bound.channel();
        listen = (InetSocketAddress) bound.channel().localAddress();
    }

    private void accept(Channel channel) {
        Spliced spliced = new Spliced(this, new Random(seeds.nextLong()), client, channel);
        open.add(spliced);
        taken.increment();
        channel.closeFuture().addListener(closed -> open.remove(spliced));
        channel.pipeline().addLast(spliced);
    }

    /** Closes the port and every connection. */
    public synchronized void disable() {
        if (listener != null) {
            listener.close().awaitUninterruptibly();
            listener = null;
        }
        open.forEach(spliced -> spliced.client().eventLoop().execute(spliced::close));
    }

    /** Moves the port or the server; open connections end. */
    synchronized void move(InetSocketAddress newListen, InetSocketAddress newUpstream) {
        boolean wasEnabled = isEnabled();
        disable();
        listen = newListen;
        upstream = newUpstream;
        if (wasEnabled) {
            enable();
        }
    }

    /** How many connections go through it. */
    public int connections() {
        return open.size();
    }

    /** How many connections it has taken so far. */
    public long taken() {
        return taken.sum();
    }

    public List<Toxic> toxics() {
        return toxics;
    }

    public Optional<Toxic> toxic(String toxicName) {
        return toxics.stream().filter(toxic -> toxic.name().equals(toxicName)).findFirst();
    }

    /**
     * Adds a toxic, for open connections too, or replaces the one of its name.
     */
    public synchronized void put(Toxic toxic) {
        List<Toxic> next = new ArrayList<>(toxics);
        next.replaceAll(old -> old.name().equals(toxic.name()) ? toxic : old);
        if (!next.contains(toxic)) {
            next.add(toxic);
        }
        use(next);
    }

    /** Removes the toxic of a name; what it held up goes on. */
    public synchronized void remove(String toxicName) {
        use(toxics.stream().filter(toxic -> !toxic.name().equals(toxicName)).toList());
    }

    /** Removes all toxics. */
    public synchronized void purify() {
        use(List.of());
    }

    private void use(List<Toxic> next) {
        toxics = List.copyOf(next);
        open.forEach(spliced -> spliced.client().eventLoop().execute(() -> spliced.use(toxics)));
    }
}
