package io.convergate.loadgen.origin;

import io.convergate.loadgen.net.Loops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An upstream in this process, on HTTP/1.1 and HTTP/2 with prior knowledge. Its path {@code /held} is answered only when {@link
 * #release} lets it go, so that a request can be kept in flight; {@link Endpoints} has the others. Thread-safe.
 */
public final class Origin implements OriginControl, AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int HELD_MAX = 1000;

    private final OriginPlan plan;
    private final Loops loops;
    private final RequestLog log;
    private final Behaviour behaviour;
    private final Endpoints endpoints;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Semaphore arrived = new Semaphore(0);
    private final BlockingQueue<Runnable> held = new ArrayBlockingQueue<>(HELD_MAX);
    private final InetSocketAddress address;
    private final @Nullable OriginApi api;
    private @Nullable Channel listener;

    /** Holds the port while the origin is dead: bound and not listening, so that it refuses and nobody else can have it. */
    private @Nullable Socket reservation;

    private Origin(OriginPlan plan) {
        this.plan = plan;
        this.log = new RequestLog(plan.logMax(), plan.logFile());
        this.behaviour = new Behaviour(plan.seed());
        this.endpoints = new Endpoints(plan.label());
        this.loops = Loops.start("origin-" + plan.label(), plan.threads());
        try {
            Channel bound = bind(plan.address());
            this.listener = bound;
            this.address = (InetSocketAddress) bound.localAddress();
            this.api = plan.control().map(at -> OriginApi.start(at, this)).orElse(null);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts one.
     *
     * @throws UncheckedIOException if an address cannot be bound or the log cannot be written
     */
    public static Origin start(OriginPlan plan) {
        return new Origin(plan);
    }

    /** Starts one on a free port of 127.0.0.1. */
    public static Origin start(String label) {
        return new Origin(OriginPlan.of(label, "127.0.0.1"));
    }

    private Channel bind(InetSocketAddress at) {
        var bound = loops.server()
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline().addLast(new OriginPipeline(Origin.this));
                    }
                })
                .bind(at)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw Loops.cannotBind(at, bound.cause());
        }
        return bound.channel();
    }

    @Override
    public String label() {
        return plan.label();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** The port it listens on. */
    public int port() {
        return address.getPort();
    }

    /** Where its control API listens, if it has one. */
    public Optional<InetSocketAddress> control() {
        return Optional.ofNullable(api).map(OriginApi::address);
    }

    @Override
    public synchronized void misbehave(Misbehaviour misbehaviour) {
        behaviour.set(misbehaviour);
        if (misbehaviour instanceof Misbehaviour.Die) {
            die();
        } else {
            live();
        }
    }

    @Override
    public synchronized void heal() {
        behaviour.set(null);
        live();
    }

    private void die() {
        Channel open = listener;
        if (open == null) {
            return;
        }
        listener = null;
        open.close().awaitUninterruptibly();
        behaviour.died();
        connections.forEach(Sabotage::reset);
        try {
            Socket socket = new Socket();
            socket.setReuseAddress(true);
            socket.bind(address);
            reservation = socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void live() {
        if (listener == null) {
            unreserve();
            listener = bind(address);
        }
    }

    private void unreserve() {
        Socket socket = reservation;
        reservation = null;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** How it misbehaves now. */
    Optional<Misbehaviour> misbehaviour() {
        return behaviour.current();
    }

    @Override
    public List<SeenRequest> seen() {
        return log.newest();
    }

    @Override
    public long spoiled() {
        return behaviour.spoiled();
    }

    /** How many requests it saw. */
    public long seenCount() {
        return log.count();
    }

    /** How many connections are open. */
    public int connections() {
        return connections.size();
    }

    /** Waits until a request for {@code /held} is here that was not waited for before; false if none comes in time. */
    public boolean awaitHeld(Duration deadline) {
        try {
            return arrived.tryAcquire(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Lets the oldest request for {@code /held} be answered; does nothing if there is none. */
    public void release() {
        Runnable oldest = held.poll();
        if (oldest != null) {
            oldest.run();
        }
    }

    /** Keeps a request; beyond a thousand it is answered at once. */
    void hold(Runnable answer) {
        if (held.offer(answer)) {
            arrived.release();
        } else {
            answer.run();
        }
    }

    Behaviour behaviour() {
        return behaviour;
    }

    RequestLog log() {
        return log;
    }

    Endpoints endpoints() {
        return endpoints;
    }

    @Override
    public synchronized void close() {
        if (api != null) {
            api.close();
        }
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        connections.close().awaitUninterruptibly();
        unreserve();
        loops.close();
        log.close();
    }
}
