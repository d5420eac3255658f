package io.convergate.node.telemetry.trace;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Which requests are recorded: those whose sender records them, and of the others that have no sender a share that follows from
 * the trace's id, by the arithmetic of OpenTelemetry's {@code parentbased_traceidratio}, so that others with a ratio of their
 * own decide alike. Any thread.
 */
public final class TraceSampling {
    private final TraceSettings settings;
    private final long below;

    public TraceSampling(TraceSettings settings) {
        this.settings = settings;
        this.below = settings.ratio() >= 1 ? Long.MAX_VALUE : (long) (settings.ratio() * Long.MAX_VALUE);
    }

    /** Whether there are traces at all; if not, what a request says of them is passed on untouched. */
    public boolean isOn() {
        return settings.endpoint().isPresent();
    }

    /** Whether the trace that a request says it belongs to goes on. */
    public boolean continues(boolean trustedPeer) {
        return settings.parents() == TraceSettings.Parents.ALL
                || settings.parents() == TraceSettings.Parents.TRUSTED && trustedPeer;
    }

    /** In which header fields traces come and go. */
    public TraceHeaders fields() {
        return settings.fields();
    }

    /**
     * A trace that begins here: its flags say whether it is recorded and that its id is random, its parent is a span of no one.
     *
     * @param decision what its sender wants, who has no trace
     */
    public TraceContext begin(B3Context.Decision decision) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long low = random.nextLong();
        long high = random.nextLong();
        return decided(new TraceContext(high, low == 0 ? 1 : low, spanId(), TraceContext.RANDOM), decision);
    }

    /** The same trace, recorded as its sender wants it; if he leaves it to others, by this node's share. */
    public TraceContext decided(TraceContext trace, B3Context.Decision decision) {
        boolean sampled = decision == B3Context.Decision.YES
                || decision == B3Context.Decision.DEFERRED && isSampled(trace.traceLow());
        return sampled ? trace.with(trace.parentId(), trace.flags() | TraceContext.SAMPLED) : trace;
    }

    private boolean isSampled(long low) {
        return below == Long.MAX_VALUE || Math.abs(low) < below && low != Long.MIN_VALUE;
    }

    /**
     * What to pass on of a trace that is continued and not recorded: the very text that came, if that may be.
     *
     * @param received a valid {@code traceparent}
     */
    public static String passedOn(String received, TraceContext context) {
        return TraceContext.isCanonical(received) ? received : context.traceparent();
    }

    static long spanId() {
        long id = ThreadLocalRandom.current().nextLong();
        return id == 0 ? 1 : id;
    }
}
