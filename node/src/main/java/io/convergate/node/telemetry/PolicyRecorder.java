package io.convergate.node.telemetry;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Histogram;
import kamon.metric.MeasurementUnit;
import kamon.tag.TagSet;
import org.jspecify.annotations.Nullable;

/** The counters of one policy of rate limits; its series are there from its first scrape. Any thread. */
public final class PolicyRecorder extends Recorder {
    private final TagSet tags;
    private final Total allowed = new Total("convergate_rate_limit_allowed", "Requests that a limit let pass");
    private final Total refused = new Total("convergate_rate_limit_refused", "Requests that a limit refused");
    private final Total shadowRefused =
            new Total("convergate_rate_limit_shadow_refused", "Requests that a limit in shadow would have refused");
    private final Total waits =
            new Total("convergate_rate_limit_lease_waits", "Requests that waited for the owner of a key");
    private final Total unavailable =
            new Total("convergate_rate_limit_unavailable", "Decisions without the owner of a key");
    private final Total givenBack =
            new Total("convergate_rate_limit_given_back", "Leases that a node gave back because they lay idle");
    private final List<Total> totals = List.of(allowed, refused, shadowRefused, waits, unavailable, givenBack);
    private volatile @Nullable Histogram ownerDuration;

    /** What has come since the last scrape. */
    private record Total(String name, String description, LongAdder count) {
        Total(String name, String description) {
            this(name, description, new LongAdder());
        }

        Counter with(TagSet tags) {
            return Kamon.counter(name, description).withTags(tags);
        }
    }

    private PolicyRecorder(String policy) {
        this.tags = TagSet.of("policy", policy);
    }

    /** @param policy as a label is written */
    static PolicyRecorder of(String policy) {
        PolicyRecorder made = new PolicyRecorder(policy);
        made.totals.forEach(total -> total.with(made.tags));
        return made;
    }

    /** One for those that find no room. Its series are there when there are such. */
    static PolicyRecorder overflow() {
        return new PolicyRecorder("overflow");
    }

    private Histogram ownerDuration() {
        Histogram known = ownerDuration;
        return known == null ? makeOwnerDuration() : known;
    }

    private synchronized Histogram makeOwnerDuration() {
        Histogram known = ownerDuration;
        if (known == null) {
            known = Kamon.histogram(
                            "convergate_rate_limit_owner_duration",
                            "Time until the owner of a key answered",
                            MeasurementUnit.time().nanoseconds())
                    .withTags(tags);
            ownerDuration = known;
        }
        return known;
    }

    /** A limit let a request pass. */
    public void allowed() {
        allowed.count.increment();
    }

    /**
     * A limit refused a request.
     *
     * @param shadow whether it passed all the same
     */
    public void refused(boolean shadow) {
        (shadow ? shadowRefused : refused).count.increment();
    }

    /** A request waits for the owner of a key. */
    public void waits() {
        waits.count.increment();
    }

    /** A decision was made without the owner. */
    public void unavailable() {
        unavailable.count.increment();
    }

    /** A lease was given back. */
    public void givenBack() {
        givenBack.count.increment();
    }

    /** The owner of a key has answered. */
    public void ownerAnswered(long nanos) {
        ownerDuration().record(nanos);
    }

    @Override
    TagSet tags() {
        return tags;
    }

    @Override
    void collect() {
        for (Total total : totals) {
            long count = total.count.sumThenReset();
            if (count > 0) {
                total.with(tags).increment(count);
            }
        }
    }

    @Override
    synchronized void remove() {
        totals.forEach(total -> total.with(tags).remove());
        Histogram made = ownerDuration;
        if (made != null) {
            made.remove();
        }
    }
}
