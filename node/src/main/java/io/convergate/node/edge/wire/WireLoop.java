package io.convergate.node.edge.wire;

import io.convergate.node.edge.EdgeLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** One event loop with what its connections share: deadlines, the date, the way to run streams on it. */
public final class WireLoop implements EdgeLoop {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(Sweeper.INTERVAL_MS);

    private final int index;
    private final EventLoop eventLoop;
    private final Class<? extends SocketChannel> clientChannel;
    private final BodyStreams streams;
    private final Sweeper sweeper = new Sweeper();
    private String date = "";
    private long dateSecond = -1;
    private volatile LongConsumer delays = nanos -> {};
    private long dueNanos;

    WireLoop(int index, EventLoop eventLoop, Class<? extends SocketChannel> clientChannel, BodyStreams streams) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.clientChannel = clientChannel;
        this.streams = streams;
        dueNanos = System.nanoTime() + SWEEP_NANOS;
        eventLoop.scheduleWithFixedDelay(this::sweep, SWEEP_NANOS, SWEEP_NANOS, TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        delays.accept(Math.max(0, System.nanoTime() - dueNanos));
        sweeper.sweep();
        dueNanos = System.nanoTime() + SWEEP_NANOS;
    }

    /** Tells from now on, at each sweep, by how many nanoseconds the loop came too late to it. */
    public void measure(LongConsumer late) {
        delays = late;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        ScheduledFuture<?> timer = eventLoop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    /** Netty's loop. */
    public EventLoop eventLoop() {
        return eventLoop;
    }

    /** The class of outgoing connections on this loop. */
    public Class<? extends SocketChannel> clientChannel() {
        return clientChannel;
    }

    /** The deadlines of the loop's connections. On the loop only. */
    public Sweeper sweeper() {
        return sweeper;
    }

    /** Runs streamed bodies on this loop. */
    public BodyStreams streams() {
        return streams;
    }

    /** The value of a Date header now (RFC 9110 section 6.6.1). On the loop only. */
    public String date() {
        long second = System.currentTimeMillis() / 1000;
        if (second != dateSecond) {
            dateSecond = second;
            date = HTTP_DATE.format(Instant.ofEpochSecond(second));
        }
        return date;
    }
}
