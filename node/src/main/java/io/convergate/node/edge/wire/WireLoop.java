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

    /** Between two looks at whether the loop is on time. */
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int MISSED_MAX = 1000;

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
        dueNanos = System.nanoTime() + PROBE_NANOS;
        eventLoop.scheduleWithFixedDelay(sweeper::sweep, SWEEP_NANOS, SWEEP_NANOS, TimeUnit.NANOSECONDS);
        eventLoop.scheduleWithFixedDelay(this::probe, PROBE_NANOS, PROBE_NANOS, TimeUnit.NANOSECONDS);
    }

    private void probe() {
        long now = System.nanoTime();
        long late = Math.max(0, now - dueNanos);
        delays.accept(late);
        // What would have been due meanwhile was late too.
        for (int missed = 0; missed < MISSED_MAX && late > PROBE_NANOS; missed++) {
            late -= PROBE_NANOS;
            delays.accept(late);
        }
        dueNanos = now + PROBE_NANOS;
    }

    /**
     * Tells from now on, for every ten milliseconds, how many nanoseconds late the loop was with what was due then. So no hold-up of
     * more than that is missed, and one counts for as long as it lasted, ten seconds at most.
     */
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
