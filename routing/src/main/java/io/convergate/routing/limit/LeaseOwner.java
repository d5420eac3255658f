package io.convergate.routing.limit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who says for the whole cluster what may pass for one key. Nodes ask it for leases; what it has granted counts as gone.
 *
 * <ul>
 *   <li>A rate is a bucket here. A new owner begins with a full one, and makes it what its predecessor had left, as the
 *       nodes tell it with their first ask: {@link Inheritance}.
 *   <li>A quota is what nodes have used in the window, by their own reports and by {@code usage}, and what they hold.
 *   <li>Permits for requests in flight are what nodes hold. Those of a node that does not ask again in time, or has left, come
 *       back.
 *   <li>What single requests ask for is charged at once, or reserved first: {@link Reservations}.
 * </ul>
 *
 * <p>What is scarce is shared by demand. A clock that goes back opens no window again; one that jumps ahead opens the next
 * early. Not thread-safe.
 */
public final class LeaseOwner {
    /** A node's demand counts for so long after its last ask. */
    private static final long DEMAND_NANOS = 2_000_000_000L;

    /** Nodes remembered for one key; those beyond are served, and share as if they were not there. */
    private static final int NODES_MAX = 128;

    private static final long SOON_NANOS = 1_000_000_000L;

    private final long id;
    private final LeaseTerms terms;
    private final LongFunction<Map<Long, Long>> usage;
    private final Map<Long, Node> nodes = new HashMap<>(4);
    private final Reservations reservations;
    private LimitSpec spec;
    private long version;
    private TokenBucket bucket;
    private long beganNanos;
    private @Nullable Inheritance inheritance;
    private long window = Long.MIN_VALUE;

    /** Until then permits are lent by one's need only, because there were too few. */
    private long scarceUntil;

    /** What is known of a node. */
    private static final class Node {
        private long demand;
        private long seen;

        /** What it holds: unused tokens, permits. */
        private long held;

        private long expires;

        /** What it used in the window. */
        private long used;
    }

    /**
     * An owner.
     *
     * @param id a number that no other owner has had
     * @param usage what each node is known to have used in a window of this key, by the nodes' numbers
     */
    public LeaseOwner(long id, LeaseTerms terms, LimitSpec spec, LongFunction<Map<Long, Long>> usage, long nowNanos) {
        this.id = id;
        this.terms = terms;
        this.spec = spec;
        this.usage = usage;
        this.bucket = bucketOf(spec, nowNanos);
        this.beganNanos = nowNanos;
        this.scarceUntil = nowNanos;
        this.reservations = new Reservations(terms.reservedNanos());
    }

    /** What is no rate has an idle bucket, which spares a null. */
    private static TokenBucket bucketOf(LimitSpec spec, long nowNanos) {
        return new TokenBucket(spec instanceof LimitSpec.Rate rate ? rate : new LimitSpec.Rate(1, 1, 1), nowNanos);
    }

    /** Answers a node. */
    public Grant answer(Ask ask, long nowNanos, long epochMillis) {
        adopt(ask, nowNanos);
        Node node = nodes.size() < NODES_MAX
                ? nodes.computeIfAbsent(ask.node(), key -> new Node())
                : nodes.getOrDefault(ask.node(), new Node());
        node.seen = nowNanos;
        // Who gives back has no use for more; it is idle, or leaves.
        node.demand = ask.purpose() == Ask.Purpose.GIVE_BACK ? 0 : ask.demandPerSecond();
        if (spec instanceof LimitSpec.Rate rate) {
            return ofRate(ask, rate, node, nowNanos);
        }
        return spec instanceof LimitSpec.Quota quota
                ? ofQuota(ask, quota, node, nowNanos, epochMillis)
                : ofPermits(ask, node, nowNanos);
    }

    /** The newest policy counts; what it calls by another sort of limit begins anew. */
    private void adopt(Ask ask, long nowNanos) {
        if (ask.version() < version || ask.spec().equals(spec)) {
            version = Math.max(version, ask.version());
            return;
        }
        version = ask.version();
        if (ask.spec() instanceof LimitSpec.Rate rate && spec instanceof LimitSpec.Rate) {
            bucket.become(rate, nowNanos);
        } else if (!isSameSort(ask.spec())) {
            bucket = bucketOf(ask.spec(), nowNanos);
            beganNanos = nowNanos;
            inheritance = null;
            nodes.clear();
            window = Long.MIN_VALUE;
        }
        spec = ask.spec();
    }

    private boolean isSameSort(LimitSpec other) {
        return spec instanceof LimitSpec.Quota quota
                ? other instanceof LimitSpec.Quota next && next.window() == quota.window()
                : spec.getClass() == other.getClass();
    }

    private Grant ofRate(Ask ask, LimitSpec.Rate rate, Node node, long nowNanos) {
        if (ask.lastOwner() != 0 && ask.lastOwner() != id) {
            inherit(ask, rate, nowNanos);
        }
        if (ask.purpose() == Ask.Purpose.GIVE_BACK) {
            node.held = 0;
            bucket.giveBack(ask.want(), nowNanos);
            return grant(0, free(nowNanos), 0, 0);
        }
        long given;
        if (ask.isOfRequest()) {
            Settled settled = settle(ask, free(nowNanos), nowNanos);
            bucket.charge(settled.charged(), nowNanos);
            bucket.giveBack(settled.back(), nowNanos);
            given = settled.granted();
        } else {
            node.held = ask.held();
            // What nodes hold was filled up again meanwhile: all together is no more than may pass at once.
            bucket.cap(rate.burst() - held(nowNanos), nowNanos);
            bucket.charge(ask.used(), nowNanos);
            given = shared(ask, free(nowNanos), node, nowNanos);
            bucket.charge(given, nowNanos);
            node.held += given;
            node.expires = nowNanos + terms.ttlNanos(rate);
        }
        long free = free(nowNanos);
        long missing = Math.min(rate.burst(), Math.max(1, ask.needed()));
        long until = ask.needed() > rate.burst() ? Long.MAX_VALUE : bucket.nanosUntil(missing, nowNanos);
        if (given > 0 || ask.needed() == 0) {
            // So often that the bucket cannot run over in between.
            double quarter = (double) rate.burst() * rate.periodNanos() / rate.amount() / 4;
            return grant(given, free, until, (long) Math.min(quarter, terms.pauseNanos()));
        }
        // What other nodes hold and do not use comes back soon. What this one holds is no part of what it lacks.
        long others = held(nowNanos) - held(node, nowNanos);
        long again = free + others >= ask.needed() ? Math.min(until, SOON_NANOS) : until;
        return grant(0, free, again, Math.min(until, terms.exhaustedPauseNanos()));
    }

    /** A node tells what another owner had left. */
    private void inherit(Ask ask, LimitSpec.Rate rate, long nowNanos) {
        if (nowNanos - ask.lastAgeNanos() - beganNanos > Inheritance.APART_NANOS) {
            // There were two at the same time: what is used is used, but what this one has granted is no part of it.
            bucket.cap(rate.after(ask.lastRemaining(), ask.lastAgeNanos()), nowNanos);
            return;
        }
        Inheritance known = inheritance == null ? new Inheritance(rate, nowNanos) : inheritance;
        inheritance = known;
        long more = known.heard(ask, rate, nowNanos);
        bucket.charge(Math.max(0, -more), nowNanos);
        bucket.giveBack(Math.max(0, more), nowNanos);
    }

    /** What nodes hold unused of a rate, by what they said last, and how fast they use it. */
    private long held(long nowNanos) {
        long held = 0;
        for (Node node : nodes.values()) {
            held += held(node, nowNanos);
        }
        return held;
    }

    private static long held(Node node, long nowNanos) {
        return nowNanos - node.expires < 0
                ? Math.max(0, node.held - (long) (node.demand * (double) (nowNanos - node.seen) / 1e9))
                : 0;
    }

    /** What is in the bucket and not set aside. */
    private long free(long nowNanos) {
        return bucket.available(nowNanos) - reservations.amount(nowNanos);
    }

    /**
     * What comes of an ask about one request.
     *
     * @param granted what it is told that it has
     * @param charged what is used from now on
     * @param back what is used no more
     */
    private record Settled(long granted, long charged, long back) {
        private static final Settled NOTHING = new Settled(0, 0, 0);
    }

    private Settled settle(Ask ask, long free, long nowNanos) {
        long request = ask.request();
        switch (ask.purpose()) {
            case REFUND:
                return new Settled(
                        0, 0, request == 0 ? ask.want() : reservations.release(request, ask.want(), nowNanos));
            case COMMIT:
                return new Settled(ask.needed(), reservations.commit(request, ask.needed(), nowNanos), 0);
            default:
                break;
        }
        switch (request == 0 ? Reservations.State.UNKNOWN : reservations.of(request, nowNanos)) {
            case HELD, USED:
                return new Settled(ask.needed(), 0, 0);
            case RELEASED, REFUSED:
                return Settled.NOTHING;
            default:
                break;
        }
        boolean enough = free >= ask.needed();
        if (ask.purpose() == Ask.Purpose.RESERVE) {
            return enough && reservations.hold(request, ask.needed(), nowNanos)
                    ? new Settled(ask.needed(), 0, 0)
                    : refused(request);
        }
        if (request != 0 && enough) {
            reservations.told(request, Reservations.State.USED);
        }
        return enough ? new Settled(ask.needed(), ask.needed(), 0) : refused(request);
    }

    private Settled refused(long request) {
        if (request != 0) {
            reservations.told(request, Reservations.State.REFUSED);
        }
        return Settled.NOTHING;
    }

    private Grant grant(long tokens, long remaining, long retryAfter, long pause) {
        return new Grant(
                id, tokens, terms.ttlNanos(spec), 0, 0, Math.max(0, remaining), retryAfter, Math.max(1_000_000, pause));
    }

    /** As much as is wanted, if that leaves the others theirs; else a share by demand, but what is needed if it is there. */
    private long shared(Ask ask, long available, Node node, long nowNanos) {
        if (available < ask.needed() || available <= 0) {
            return 0;
        }
        double all = 0;
        for (Node other : nodes.values()) {
            all += nowNanos - other.seen <= DEMAND_NANOS ? Math.max(1, other.demand) : 0;
        }
        double share = Math.max(1, node.demand) / Math.max(1, all);
        boolean plenty = all * terms.horizonNanos() / 1e9 <= available;
        long most = plenty ? ask.want() : (long) Math.ceil(available * share);
        return Math.max(ask.needed(), Math.min(Math.min(ask.want(), most), available));
    }

    private Grant ofQuota(Ask ask, LimitSpec.Quota quota, Node node, long nowNanos, long epochMillis) {
        turn(quota.window().id(epochMillis));
        if (ask.window() == window) {
            node.used = Math.max(node.used, ask.used());
            node.held = ask.isOfRequest() ? node.held : ask.held();
        }
        long remaining = quota.amount() - gone(nowNanos);
        long given = 0;
        long taken = 0;
        if (ask.isOfRequest()) {
            Settled settled = settle(ask, remaining, nowNanos);
            node.used = Math.max(0, node.used + settled.charged() - settled.back());
            given = settled.granted();
            remaining = quota.amount() - gone(nowNanos);
        } else if (ask.purpose() == Ask.Purpose.LEASE) {
            // The nearer the end, the smaller the leases: so that the last tokens do not lie about where nobody asks.
            long few = Math.max(ask.needed(), remaining / (2L * Math.max(1, nodes.size())));
            given = Math.min(few, shared(ask, remaining, node, nowNanos));
            node.held += given;
            taken = given;
        }
        node.expires = nowNanos + terms.quotaTtlNanos();
        long ends = Math.max(1, quota.window().endMillis(window) - epochMillis) * 1_000_000;
        long needed = Math.max(1, ask.needed());
        boolean refused = !ask.isReturn() && given == 0 && remaining < needed;
        // What others have leased or set aside may come back at any time; only what is used is gone until the window
        // ends.
        long again = remaining + unusedByOthers(node, nowNanos) < needed ? ends : Math.min(ends, SOON_NANOS);
        return new Grant(
                id,
                given,
                Math.min(ends, terms.quotaTtlNanos()),
                window,
                ends,
                Math.max(0, remaining - taken),
                refused ? again : 0,
                refused ? Math.min(ends, terms.exhaustedPauseNanos()) : 0);
    }

    private void turn(long now) {
        if (now > window) {
            window = now;
            nodes.values().forEach(node -> {
                node.used = 0;
                node.held = 0;
            });
        }
    }

    /** What was used in this window, and what may still be by those who hold it. */
    private long gone(long nowNanos) {
        Map<Long, Long> known = usage.apply(window);
        long gone = reservations.amount(nowNanos);
        for (Map.Entry<Long, Node> entry : nodes.entrySet()) {
            Node node = entry.getValue();
            long recorded = known.getOrDefault(entry.getKey(), 0L);
            gone += Math.max(node.used, recorded);
            if (nowNanos - node.expires < 0) {
                // What the record has beyond the report was held then.
                gone += Math.max(0, node.held - Math.max(0, recorded - node.used));
            }
        }
        for (Map.Entry<Long, Long> entry : known.entrySet()) {
            gone += nodes.containsKey(entry.getKey()) ? 0 : entry.getValue();
        }
        return gone;
    }

    /** What counts as gone and may come back in this window. What who asks holds himself is no part of what he lacks. */
    private long unusedByOthers(Node asks, long nowNanos) {
        long unused = reservations.amount(nowNanos);
        for (Node node : nodes.values()) {
            unused += node != asks && nowNanos - node.expires < 0 ? node.held : 0;
        }
        return unused;
    }

    private Grant ofPermits(Ask ask, Node node, long nowNanos) {
        node.held = ask.used() + ask.held();
        node.expires = nowNanos + terms.quotaTtlNanos();
        long others = 0;
        for (Node other : nodes.values()) {
            others += other != node && nowNanos - other.expires < 0 ? other.held : 0;
        }
        long free = spec.amount() - others - node.held;
        long given = 0;
        if (!ask.isReturn()) {
            // What a node gets beyond its need may be what another one lacks a moment later.
            long few = nowNanos - scarceUntil < 0 ? ask.needed() : Math.max(ask.needed(), (free + 1) / 2);
            given = Math.min(few, shared(ask, free, node, nowNanos));
        }
        node.held += given;
        boolean refused = given == 0 && ask.needed() > 0;
        if (refused) {
            scarceUntil = nowNanos + SOON_NANOS;
        }
        return grant(given, free - given, refused ? SOON_NANOS : 0, terms.pauseNanos());
    }

    /** The nodes, but for one, that have permits, whether they use them or not; none if it is about something else. */
    public Set<Long> holders(long but, long nowNanos) {
        Set<Long> holders = new HashSet<>();
        if (spec instanceof LimitSpec.InFlight) {
            nodes.forEach((number, node) -> {
                if (number != but && node.held > 0 && nowNanos - node.expires < 0) {
                    holders.add(number);
                }
            });
        }
        return holders;
    }

    /** Whether a new owner would answer the same: what is recorded elsewhere, full again or nobody's need not be remembered. */
    public boolean isForgettable(long nowNanos) {
        if (reservations.amount(nowNanos) > 0) {
            return false;
        }
        if (spec instanceof LimitSpec.Rate rate) {
            return bucket.available(nowNanos) == rate.burst() && held(nowNanos) == 0;
        }
        return nodes.values().stream().allMatch(node -> nowNanos - node.expires >= 0);
    }

    /** What is left for all, for people. */
    public long remaining(long nowNanos, long epochMillis) {
        if (spec instanceof LimitSpec.Quota quota) {
            turn(quota.window().id(epochMillis));
            return quota.amount() - gone(nowNanos);
        }
        return free(nowNanos);
    }

    /**
     * A node has left: its permits come back, unless it has been heard of since.
     *
     * @param leftNanos when it left
     */
    public void left(long node, long leftNanos) {
        Node known = nodes.get(node);
        if (known != null && spec instanceof LimitSpec.InFlight && known.seen - leftNanos <= 0) {
            known.held = 0;
        }
    }
}
