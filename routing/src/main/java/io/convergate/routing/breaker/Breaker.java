package io.convergate.routing.breaker;

import io.convergate.routing.retry.AttemptFailure;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The breaker of one upstream on one node. Whoever calls the upstream asks {@link #begin} first, and says how the call ended with
 * the permit that it got.
 *
 * <ol>
 *   <li>CLOSED: everything passes. A call that ends and finds, in the window, enough calls and too many of them failed or slow, opens it.
 *   <li>OPEN: nothing passes, for a time that grows with every opening in a row.
 *   <li>HALF_OPEN: so many calls pass. When they are over, or cannot turn out well any more, it closes or opens. If they do not end,
 *       others are tried after the time of a first opening.
 * </ol>
 *
 * <p>A permit is worth something only in the state in which it was given: how a call ends that began before the breaker opened says
 * nothing about the calls that are tried later.
 *
 * <p>With others it is shared by an owner, whose {@link Ruling}s it obeys: it opens and closes when that says so, and is half open if
 * it may try. Still it opens by itself when its own calls fail, and tries by itself when the owner is silent. The rules for one node
 * are those of "Release It!" (M. Nygard), as libraries such as Resilience4j have them.
 *
 * <p>Any thread. {@link #begin} of a closed one is one read; the end of a call takes a lock for a few additions. Neither allocates.
 */
public final class Breaker {
    /** No permit. */
    public static final long REFUSED = -1;

    /** What stands for a permit where there is no breaker. */
    public static final long NONE = 0;

    private static final BreakerState[] STATES = BreakerState.values();
    private static final int STATE_BITS = 2;
    private static final int STATE_MASK = (1 << STATE_BITS) - 1;

    /** What is said to clients of a half open breaker: nobody knows. */
    private static final long HALF_OPEN_WAIT_NANOS = 1_000_000_000L;

    private static final int SAID_PARTS = 20;

    private final BreakerSettings settings;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final Listener listener;
    private final CallWindow window;
    private final long slowNanos;

    /** The number of the state's turn, and in the lowest bits the state: what permits are. */
    private volatile long turn = 1 << STATE_BITS;

    private volatile long untilNanos;

    /** How much of that time an owner has to say something new, before this node would try by itself. */
    private volatile long graceNanos;

    private long sinceNanos;
    private int times;
    private int probesBegun;
    private int probesOver;
    private int probesFailed;
    private int probesSlow;
    private int observerCalls = Integer.MAX_VALUE;
    private boolean suspects;

    /** The calls in the window when it last said that it suspects. */
    private int callsSaid;

    /** The calls of the window when it opened by itself. */
    private int callsAtOpening;

    private long epoch;
    private boolean ruled;

    /** Who is told what a breaker does. Called with its lock held: must neither block nor fail. */
    public interface Listener {
        /** It has become another. */
        void changed(BreakerState from, BreakerState to);

        /** It has begun, or ceased, to see the upstream failing, or sees more of it: {@link Breaker#look} says more. */
        void suspicionChanged();

        /** Calls that were tried for an owner are over. */
        void probed(long epoch, boolean good);
    }

    /**
     * What a node sees.
     *
     * @param state what its breaker is
     * @param suspects whether it sees the upstream failing
     * @param calls by so many calls, as its owner is told
     * @param judged the calls that it judged by last
     * @param failed of those so many failed
     * @param slow and so many were slow
     * @param untilInNanos if it is open, for how much longer
     * @param epoch the last decision of an owner that it has heard
     */
    public record View(
            BreakerState state,
            boolean suspects,
            int calls,
            int judged,
            int failed,
            int slow,
            long untilInNanos,
            long epoch) {}

    /**
     * A closed breaker.
     *
     * @param nanoTime the clock, in nanoseconds from any origin
     * @param random from 0 to 1
     */
    public Breaker(BreakerSettings settings, LongSupplier nanoTime, DoubleSupplier random, Listener listener) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.nanoTime = nanoTime;
        this.random = random;
        this.listener = listener;
        this.window = settings.window().window();
        this.slowNanos = settings.slowCall().map(time -> time.toNanos()).orElse(Long.MAX_VALUE);
        this.sinceNanos = nanoTime.getAsLong();
    }

    private static BreakerState stateOf(long turn) {
        return STATES[(int) (turn & STATE_MASK)];
    }

    /** What it is now. */
    public BreakerState state() {
        return stateOf(turn);
    }

    /** A permit to call the upstream; {@link #REFUSED} for none. Whoever gets one ends, or gives it back. */
    public long begin() {
        long now = turn;
        if ((now & STATE_MASK) == BreakerState.CLOSED.ordinal()) {
            return now;
        }
        if ((now & STATE_MASK) == BreakerState.OPEN.ordinal() && nanoTime.getAsLong() - untilNanos < 0) {
            return REFUSED;
        }
        return probe();
    }

    private synchronized long probe() {
        long now = nanoTime.getAsLong();
        BreakerState state = state();
        if (state == BreakerState.OPEN) {
            if (now - untilNanos < 0) {
                return REFUSED;
            }
            become(BreakerState.HALF_OPEN, now);
        } else if (state == BreakerState.HALF_OPEN
                && probesBegun == settings.halfOpenProbes()
                && now - sinceNanos >= settings.open().base().toNanos()) {
            become(BreakerState.HALF_OPEN, now);
        }
        if (state() == BreakerState.HALF_OPEN) {
            if (probesBegun == settings.halfOpenProbes()) {
                return REFUSED;
            }
            probesBegun++;
        }
        return turn;
    }

    /**
     * A call got a response.
     *
     * @param grpcStatus its gRPC status; below 0 for none
     * @param tookNanos how long it took to begin
     */
    public void answered(long permit, int status, int grpcStatus, long tookNanos) {
        ended(permit, settings.failures().covers(status, grpcStatus), tookNanos >= slowNanos);
    }

    /** A call got none. */
    public void unanswered(long permit, AttemptFailure how, long tookNanos) {
        ended(permit, settings.failures().covers(how), tookNanos >= slowNanos);
    }

    /** A call was given up by whoever made it. That says something about the upstream only if it was slow by then. */
    public void givenUp(long permit, long tookNanos) {
        if (tookNanos >= slowNanos) {
            ended(permit, false, true);
        } else if ((permit & STATE_MASK) == BreakerState.HALF_OPEN.ordinal()) {
            giveBack(permit);
        }
    }

    private synchronized void giveBack(long permit) {
        if (permit == turn && probesBegun > 0) {
            probesBegun--;
        }
    }

    private void ended(long permit, boolean failed, boolean slow) {
        if (permit == turn) {
            count(permit, failed, slow);
        }
    }

    private synchronized void count(long permit, boolean failed, boolean slow) {
        if (permit != turn) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (stateOf(permit) == BreakerState.CLOSED) {
            window.add(failed, slow, now);
            judge(now);
        } else {
            probesOver++;
            probesFailed += failed ? 1 : 0;
            probesSlow += slow ? 1 : 0;
            judgeProbes(now);
        }
    }

    private void judge(long now) {
        boolean bad = settings.isTooBad(window.calls(), window.failed(), window.slow());
        if (bad && window.calls() >= settings.minimumCalls()) {
            open(now);
        } else {
            suspect(bad && window.calls() >= observerCalls);
        }
    }

    /** Says so when it begins and when it ends, and in between as often as there are a twentieth of the calls more that open it. */
    private void suspect(boolean now) {
        int more = window.calls() - callsSaid;
        if (suspects != now || now && more >= Math.max(1, settings.minimumCalls() / SAID_PARTS)) {
            suspects = now;
            callsSaid = window.calls();
            listener.suspicionChanged();
        }
    }

    private void judgeProbes(long now) {
        int probes = settings.halfOpenProbes();
        if (settings.isTooBad(probes, probesFailed, probesSlow)) {
            boolean forOwner = ruled;
            open(now);
            if (forOwner) {
                listener.probed(epoch, false);
            }
        } else if (probesOver == probes) {
            boolean forOwner = ruled;
            close(now);
            if (forOwner) {
                listener.probed(epoch, true);
            }
        }
    }

    private void open(long now) {
        callsAtOpening = Math.max(1, state() == BreakerState.CLOSED ? window.calls() : settings.minimumCalls());
        times++;
        graceNanos = 0;
        untilNanos = now + settings.open().nanos(times, random.getAsDouble());
        become(BreakerState.OPEN, now);
        suspects = true;
        listener.suspicionChanged();
    }

    private void close(long now) {
        times = 0;
        ruled = false;
        window.clear();
        become(BreakerState.CLOSED, now);
        suspect(false);
    }

    private void become(BreakerState next, long now) {
        BreakerState from = state();
        probesBegun = 0;
        probesOver = 0;
        probesFailed = 0;
        probesSlow = 0;
        sinceNanos = now;
        turn = (((turn >> STATE_BITS) + 1) << STATE_BITS) | next.ordinal();
        if (from != next) {
            listener.changed(from, next);
        }
    }

    /**
     * From how many calls of its own on a node may say that it sees the upstream failing, while there are too few for it to open by
     * itself.
     */
    public synchronized void observeFrom(int calls) {
        observerCalls = calls;
    }

    /**
     * Does as an owner has decided.
     *
     * @param self this node
     */
    public synchronized void obey(Ruling ruling, String self) {
        if (ruling.epoch() < epoch) {
            return;
        }
        boolean news = ruling.epoch() > epoch;
        epoch = ruling.epoch();
        long now = nanoTime.getAsLong();
        if (ruling.state() == BreakerState.CLOSED) {
            if (news && ruled) {
                close(now);
            }
        } else if (ruling.state() == BreakerState.HALF_OPEN && ruling.prober().equals(self)) {
            if (news) {
                ruled = true;
                times = ruling.times();
                become(BreakerState.HALF_OPEN, now);
            }
        } else {
            if (news) {
                ruled = true;
                times = ruling.times();
                if (state() != BreakerState.OPEN) {
                    become(BreakerState.OPEN, now);
                }
            }
            if (ruled && state() == BreakerState.OPEN) {
                graceNanos = Ruling.GRACE_NANOS;
                untilNanos = now + ruling.forNanos() + Ruling.GRACE_NANOS;
            }
        }
    }

    /** What it sees by now. */
    public synchronized View look() {
        long now = nanoTime.getAsLong();
        BreakerState state = state();
        if (state == BreakerState.CLOSED) {
            window.advance(now);
            suspect(settings.isTooBad(window.calls(), window.failed(), window.slow())
                    && window.calls() >= observerCalls);
            return view(state, window.calls(), 0);
        }
        long rest = state == BreakerState.OPEN ? openNanos(now) : 0;
        return view(state, callsAtOpening, rest);
    }

    private View view(BreakerState state, int calls, long rest) {
        return new View(state, suspects, calls, window.calls(), window.failed(), window.slow(), rest, epoch);
    }

    /** For how much longer it is open, without the time that is left to a silent owner; above 0 as long as it refuses. */
    private long openNanos(long now) {
        long refuses = Math.max(0, untilNanos - now);
        return Math.max(Math.min(refuses, HALF_OPEN_WAIT_NANOS), refuses - graceNanos);
    }

    /** After how many nanoseconds it is worth to ask again. */
    public long retryAfterNanos() {
        return switch (state()) {
            case CLOSED -> 0;
            case OPEN -> openNanos(nanoTime.getAsLong());
            case HALF_OPEN -> HALF_OPEN_WAIT_NANOS;
        };
    }
}
