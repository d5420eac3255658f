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

/** One event loop with what its connections share: deadlines, the date, the way to run streams on it. */
public final class WireLoop implements EdgeLoop {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final int index;
    private final EventLoop eventLoop;
    private final Class<? extends SocketChannel> clientChannel;
    private final BodyStreams streams;
    private final Sweeper sweeper = new Sweeper();
    private String date = "";
    private long dateSecond = -1;

    WireLoop(int index, EventLoop eventLoop, Class<? extends SocketChannel> clientChannel, BodyStreams streams) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.clientChannel = clientChannel;
        this.streams = streams;
        eventLoop.scheduleWithFixedDelay(
                sweeper::sweep, Sweeper.INTERVAL_MS, Sweeper.INTERVAL_MS, TimeUnit.MILLISECONDS);
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
