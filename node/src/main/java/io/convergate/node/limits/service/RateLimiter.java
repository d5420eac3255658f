package io.convergate.node.limits.service;

import io.convergate.node.limits.KeyedLimit;
import io.convergate.node.limits.KeyedLimit.Answer;
import io.convergate.node.limits.LimitRuntime;
import io.convergate.node.limits.service.RateLimitReply.Code;
import io.convergate.node.limits.service.RateLimitReply.Header;
import io.convergate.node.limits.service.RateLimitReply.Status;
import io.convergate.node.limits.service.RateLimitRequest.Brought;
import io.convergate.node.limits.service.RateLimitRequest.Descriptor;
import io.convergate.routing.descriptor.DescriptorLimit;
import io.convergate.routing.descriptor.Domain;
import io.convergate.routing.descriptor.Domains;
import io.convergate.routing.descriptor.Entry;
import io.convergate.routing.descriptor.Match;
import io.convergate.routing.limit.KeyHash;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides as envoyproxy/ratelimit does: each descriptor of a request is counted by itself, whatever becomes of the others, and the request
 * is over the limit if one of them is. What nothing limits passes. Any thread; nothing waits.
 */
final class RateLimiter {
    /** Limits that requests brought and that are remembered; those that were not brought for longest are forgotten beyond. */
    private static final int BROUGHT_MAX = 1_000;

    private final ScheduledExecutorService timer;
    private final DescriptorCounters counters;
    private final LongSupplier epochMillis;
    private final Map<BroughtTo, Match> brought = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BroughtTo, Match> eldest) {
            return size() > BROUGHT_MAX;
        }
    });

    private volatile Domains domains = Domains.NONE;

    /** A limit that a request brought to a version of a domain. */
    private record BroughtTo(Domain domain, Brought limit) {}

    RateLimiter(ScheduledExecutorService timer, DescriptorCounters counters, LongSupplier epochMillis) {
        this.timer = timer;
        this.counters = counters;
        this.epochMillis = epochMillis;
    }

    /** Decides by these from now on. */
    void serve(Domains now) {
        domains = now;
        counters.retain(now.labels());
    }

    /**
     * Decides about a request.
     *
     * @param atMostNanos how long it may wait for owners, if that is less than the node's own bound
     * @param decided called once, now or later, on any thread; must not block
     */
    void decide(RateLimitRequest request, long atMostNanos, Consumer<RateLimitReply> decided) {
        Domain domain = domains.get(request.domain());
        if (domain == null) {
            counters.unknownDomain();
            Status[] all = new Status[request.descriptors().size()];
            Arrays.fill(all, Status.FREE);
            decided.accept(new RateLimitReply(Code.OK, List.of(all), List.of()));
            return;
        }
        new Decision(request, domain, decided).begin(atMostNanos);
    }

    private Match bring(Domain domain, Brought limit) {
        return brought.computeIfAbsent(
                new BroughtTo(domain, limit), key -> domain.brought(limit.requests(), limit.unit()));
    }

    /** One request. */
    private final class Decision {
        private final RateLimitRequest request;
        private final Domain domain;
        private final Consumer<RateLimitReply> decided;
        private final Status[] statuses;
        private final @Nullable Match[] matches;
        private final AtomicInteger open;

        Decision(RateLimitRequest request, Domain domain, Consumer<RateLimitReply> decided) {
            this.request = request;
            this.domain = domain;
            this.decided = decided;
            int size = request.descriptors().size();
            this.statuses = new Status[size];
            this.matches = new Match[size];
            this.open = new AtomicInteger(size);
        }

        void begin(long atMostNanos) {
            Set<String> replaced = match();
            KeyHash hash = new KeyHash();
            for (int i = 0; i < matches.length; i++) {
                Match match = matches[i];
                if (match == null || replaced.contains(match.limit().name())) {
                    matches[i] = null;
                    settle(i, Status.FREE);
                } else if (match.limit().isUnlimited()) {
                    settle(i, Status.UNBOUND);
                } else {
                    hit(i, match, hash, atMostNanos);
                }
            }
        }

        /** Finds the limits; returns the names of those that do not count. */
        private Set<String> match() {
            Set<String> replaced = Set.of();
            for (int i = 0; i < matches.length; i++) {
                Descriptor descriptor = request.descriptors().get(i);
                Match match = descriptor.brought().isPresent()
                        ? bring(domain, descriptor.brought().get())
                        : domain.match(descriptor.entries());
                matches[i] = match;
                if (match != null && !match.limit().replaces().isEmpty()) {
                    replaced = replaced.isEmpty() ? new HashSet<>() : replaced;
                    replaced.addAll(match.limit().replaces());
                }
            }
            return replaced;
        }

        private void hit(int i, Match match, KeyHash hash, long atMostNanos) {
            DescriptorLimit limit = match.limit();
            long hits = request.hits(request.descriptors().get(i));
            if (limit.counted().isEmpty()) {
                settle(i, refused(limit, hits));
                return;
            }
            DescriptorLimit.Counted counted = limit.counted().get();
            LimitRuntime runtime = (LimitRuntime) counted.attachment();
            if (hits > counted.info().spec().capacity()) {
                runtime.count(false);
                settle(i, refused(limit, hits));
                return;
            }
            List<Entry> entries = request.descriptors().get(i).entries();
            long now = runtime.nanoTime();
            KeyedLimit key = runtime.key(Domain.key(hash, match, entries), now);
            long wait = Math.min(runtime.waitMaxNanos(), atMostNanos);
            // Who only asks takes one and puts it back: so it is known whether there is one.
            new Hit(
                            runtime,
                            counted.info().mode(),
                            key,
                            Math.max(1, hits),
                            now + wait,
                            timer,
                            answer -> settle(i, answered(limit, runtime, key, hits, answer)))
                    .decide();
        }

        private Status answered(DescriptorLimit limit, LimitRuntime runtime, KeyedLimit key, long hits, Answer answer) {
            long now = runtime.nanoTime();
            boolean passed = answer != Answer.REFUSED;
            if (passed && hits == 0 && answer != Answer.PASSED_FREE) {
                key.giveBack(1, answer == Answer.PASSED_BY_SHARE, now);
            }
            runtime.count(passed);
            if (!passed) {
                return refused(limit, hits);
            }
            counters.hit(limit.label(), hits, true, false);
            return new Status(Code.OK, limit, key.remaining(now), limit.secondsUntilReset(epochMillis.getAsLong()));
        }

        private Status refused(DescriptorLimit limit, long hits) {
            counters.hit(limit.label(), hits, false, limit.shadow());
            return new Status(
                    limit.shadow() ? Code.OK : Code.OVER_LIMIT,
                    limit,
                    0,
                    limit.secondsUntilReset(epochMillis.getAsLong()));
        }

        private void settle(int i, Status status) {
            statuses[i] = status;
            if (open.decrementAndGet() == 0) { // which makes what other threads have written visible
                decided.accept(reply());
            }
        }

        private RateLimitReply reply() {
            int over = 0;
            int quotas = 0;
            int quotasOver = 0;
            Status nearest = null;
            for (int i = 0; i < statuses.length; i++) {
                Status status = statuses[i];
                Match match = matches[i];
                boolean refused = status.code() == Code.OVER_LIMIT;
                boolean quota = match != null && match.limit().quota();
                quotas += quota ? 1 : 0;
                quotasOver += quota && refused ? 1 : 0;
                over += refused && !quota ? 1 : 0;
                if (status.limit() != null && (nearest == null || status.remaining() < nearest.remaining())) {
                    nearest = status;
                }
            }
            boolean refuses = over > 0 || quotas > 0 && quotas == quotasOver;
            return new RateLimitReply(
                    refuses ? Code.OVER_LIMIT : Code.OK,
                    List.of(statuses),
                    nearest == null || !domain.hasResponseHeaders() ? List.of() : headers(nearest));
        }

        /** As envoyproxy/ratelimit names them: draft-polli-ratelimit-headers-02. */
        private static List<Header> headers(Status nearest) {
            long requests = nearest.limit() == null ? 0 : nearest.limit().requestsPerUnit();
            return List.of(
                    new Header("RateLimit-Limit", Long.toString(requests)),
                    new Header("RateLimit-Remaining", Long.toString(nearest.remaining())),
                    new Header("RateLimit-Reset", Long.toString(nearest.resetSeconds())));
        }
    }
}
