package io.convergate.config.membership;

import io.convergate.config.membership.FormationMessage.Answer;
import io.convergate.config.membership.FormationMessage.Standing;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Decides for a node without a cluster: join one, form one, or wait. The electorate is whom its seeds and its last
 * cluster name, and itself. (1) Whoever answers that it is a member is joined, the largest cluster first. (2) A cluster is
 * formed only by a node that gets the votes of a majority of its electorate, its own among them; only a node without a
 * cluster votes, and for one candidate at a time, by a lease that outlives the candidacy. So one side of a cut at most
 * forms a cluster, whoever starts first or again. (3) Candidates stand up in the order of their addresses, one every
 * {@value #ROUNDS_BETWEEN} rounds, so that votes are seldom split; a candidate that failed gives way to those before it. Pure: the clock is given. Confined to one thread.
 */
final class Election {
    /** How long a vote binds. */
    static final Duration LEASE = Duration.ofSeconds(10);

    /** How long a candidate stands; half of the lease, so that its cluster is there before a vote is free again. */
    static final Duration CANDIDACY = LEASE.dividedBy(2);

    private static final int ROUNDS_BETWEEN = 2;

    private final NodeAddress self;
    private Set<NodeAddress> electorate = Set.of();
    private Set<NodeAddress> asked = Set.of();
    private final LongSupplier nanos;
    private final long freshNanos;
    private final Map<NodeAddress, Heard> heard = new HashMap<>();
    private final Set<NodeAddress> votes = new HashSet<>();
    private Optional<Lease> lease = Optional.empty();

    /** Starts at random, so that a vote for a candidate that was restarted meanwhile does not count. */
    private long campaign = ThreadLocalRandom.current().nextLong(1, 1L << 62);

    private Optional<Long> campaignUntil = Optional.empty();
    private int eligibleRounds;

    /**
     * An election.
     *
     * @param others whom to ask
     * @param fresh how long an answer counts
     * @param nanos a clock in nanoseconds
     */
    Election(NodeAddress self, Collection<NodeAddress> others, Duration fresh, LongSupplier nanos) {
        this.self = self;
        this.freshNanos = fresh.toNanos();
        this.nanos = nanos;
        electors(others, Set.of());
    }

    /**
     * Who counts from now on.
     *
     * @param electors who has a vote; this node has one in any case
     * @param others whom else to ask whether they have a cluster
     */
    void electors(Collection<NodeAddress> electors, Collection<NodeAddress> others) {
        TreeSet<NodeAddress> next = new TreeSet<>(electors);
        next.add(self);
        electorate = next;
        TreeSet<NodeAddress> all = new TreeSet<>(next);
        all.addAll(others);
        all.remove(self);
        asked = all;
        heard.keySet().retainAll(all);
        votes.retainAll(next);
    }

    /** What a node without a cluster should do now. */
    sealed interface Step {
        /** Join these, who are in one cluster. */
        record Join(List<NodeAddress> members) implements Step {}

        /** Ask for votes, again if need be. */
        record Campaign(long number) implements Step {}

        /** Form a cluster. */
        record Form() implements Step {}

        /** Wait; the text says for what. */
        record Wait(String why) implements Step {}
    }

    private record Heard(Answer answer, long at) {}

    private record Lease(NodeAddress candidate, long until) {}

    /** Whom to ask: everybody but itself. */
    Set<NodeAddress> others() {
        return asked;
    }

    /** Takes note of an answer. */
    void hear(Answer answer) {
        if (!asked.contains(answer.from())) {
            return;
        }
        heard.put(answer.from(), new Heard(answer, nanos.getAsLong()));
        if (answer.campaign() == campaign && campaigning() && electorate.contains(answer.from())) {
            votes.add(answer.from());
        }
    }

    /** Whether this node, which has no cluster, votes for a candidate; its vote is then bound for {@link #LEASE}. */
    boolean vote(NodeAddress candidate) {
        long now = nanos.getAsLong();
        if (bound(now) && !lease.orElseThrow().candidate().equals(candidate)) {
            return false;
        }
        lease = Optional.of(new Lease(candidate, now + LEASE.toNanos()));
        return true;
    }

    /**
     * Called once a round, a round being how often the others are asked.
     *
     * @param unsettled why no cluster should be formed yet; empty if nothing speaks against it
     */
    Step round(String unsettled) {
        List<NodeAddress> cluster = largestCluster();
        if (!cluster.isEmpty()) {
            return new Step.Join(cluster);
        }
        if (!unsettled.isEmpty()) {
            return new Step.Wait(unsettled);
        }
        if (campaigning()) {
            return elected() ? new Step.Form() : new Step.Campaign(campaign);
        }
        Set<NodeAddress> free = free();
        if (free.size() < majority()) {
            eligibleRounds = 0;
            return new Step.Wait("no cluster found; " + free.size() + " of " + electorate.size()
                    + " known nodes are there, " + majority() + " may form one");
        }
        long rank = free.stream().filter(other -> other.compareTo(self) < 0).count();
        if (defeated(rank) || eligibleRounds++ < rank * ROUNDS_BETWEEN || !standUp()) {
            return new Step.Wait("another node is to form a cluster");
        }
        return elected() ? new Step.Form() : new Step.Campaign(campaign);
    }

    /**
     * Whether this node stood, was not elected, and others come first: then it lets the votes it got run out, so that
     * they are free for those.
     */
    private boolean defeated(long rank) {
        if (rank == 0 || campaignUntil.isEmpty()) {
            return false;
        }
        if (nanos.getAsLong() - campaignUntil.get() < LEASE.toNanos()) {
            return true;
        }
        campaignUntil = Optional.empty();
        eligibleRounds = 0;
        return false;
    }

    /** Whether the votes that came make a majority. */
    boolean elected() {
        return campaigning() && votes.size() + 1 >= majority();
    }

    private boolean standUp() {
        long now = nanos.getAsLong();
        if (bound(now)) {
            return false;
        }
        lease = Optional.of(new Lease(self, now + CANDIDACY.toNanos()));
        campaign++;
        campaignUntil = Optional.of(now + CANDIDACY.toNanos());
        votes.clear();
        return true;
    }

    private boolean bound(long now) {
        return lease.isPresent() && lease.get().until() - now > 0;
    }

    private boolean campaigning() {
        return campaignUntil.isPresent() && campaignUntil.get() - nanos.getAsLong() > 0;
    }

    private int majority() {
        return electorate.size() / 2 + 1;
    }

    private Set<NodeAddress> free() {
        Set<NodeAddress> free = new TreeSet<>();
        free.add(self);
        heard.forEach((address, h) -> {
            if (fresh(h) && h.answer().standing() == Standing.FREE && electorate.contains(address)) {
                free.add(address);
            }
        });
        return free;
    }

    private List<NodeAddress> largestCluster() {
        return heard.values().stream()
                .filter(h -> fresh(h) && h.answer().standing() == Standing.MEMBER)
                .map(h -> h.answer().cluster())
                .max(FormationRules.LARGER)
                .orElse(List.of());
    }

    private boolean fresh(Heard h) {
        return nanos.getAsLong() - h.at() <= freshNanos;
    }
}
