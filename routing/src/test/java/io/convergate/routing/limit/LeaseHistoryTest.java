package io.convergate.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random histories of nodes with leases of one owner, in virtual time: messages take time and get lost, owners come and go. */
class LeaseHistoryTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;
    private static final LeaseTerms TERMS = LeaseTerms.DEFAULT;

    /** A cluster in virtual time. */
    private static final class World {
        private final Random random;
        private final LimitSpec spec;
        private final PriorityQueue<Event> events = new PriorityQueue<>();
        private final List<Node> nodes = new ArrayList<>();
        private final Map<Long, Map<Long, Long>> usage = new HashMap<>();
        private final List<Long> admitted = new ArrayList<>();
        private final Deque<Runnable> afterwards = new ArrayDeque<>();
        private final Map<Node, Long> arrivals = new HashMap<>();
        private double loss;

        /** How many answers come when nobody waits for them any more. */
        private double late;

        /** By how much the owner's clock is ahead. */
        private long aheadMillis;

        private long now = 1_000 * S;
        private long owners;
        private LeaseOwner owner;
        private long messages;
        private long refused;

        World(long seed, LimitSpec spec, int nodes) {
            this.random = new Random(seed);
            this.spec = spec;
            newOwner();
            for (int i = 0; i < nodes; i++) {
                this.nodes.add(new Node(this, i + 1));
            }
        }

        void newOwner() {
            owner = new LeaseOwner(++owners, TERMS, spec, window -> usage.getOrDefault(window, Map.of()), now);
        }

        long millis() {
            return now / MS;
        }

        void after(long nanos, Runnable task) {
            events.add(new Event(now + nanos, random.nextLong(), task));
        }

        /** A message of a node, or to it: late, or never there, and not before those that went the same way. */
        void send(Node node, Runnable arrival) {
            messages++;
            if (random.nextDouble() >= loss) {
                boolean tooLate = late > 0 && random.nextDouble() < late;
                long takes = tooLate ? 60 * MS : 200_000 + random.nextInt(4_000_000);
                long at = Math.max(now + takes, arrivals.getOrDefault(node, 0L));
                arrivals.put(node, at);
                after(at - now, arrival);
            }
        }

        Grant answer(Ask ask) {
            return owner.answer(ask, now, millis() + aheadMillis);
        }

        void run(long nanos) {
            long end = now + nanos;
            while (!events.isEmpty() && events.peek().at() <= end) {
                Event event = events.poll();
                now = event.at();
                event.task().run();
            }
            now = end;
        }

        /** The most that was admitted in any time of a length. */
        long most(long length) {
            int from = 0;
            long most = 0;
            for (int to = 0; to < admitted.size(); to++) {
                while (admitted.get(to) - admitted.get(from) >= length) {
                    from++;
                }
                most = Math.max(most, to - from + 1);
            }
            return most;
        }
    }

    private record Event(long at, long tie, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(tie, other.tie);
        }
    }

    /** What the gateway does with a lease. */
    private static final class Node {
        private final World world;
        private final long id;
        private final Lease lease;
        private long asks;

        Node(World world, long id) {
            this.world = world;
            this.id = id;
            long window =
                    world.spec instanceof LimitSpec.Quota quota ? quota.window().id(world.millis()) : 0;
            this.lease = new Lease(TERMS, world.spec, window, 0, world.now);
        }

        void traffic(double perSecond, long until) {
            if (perSecond > 0 && world.now < until) {
                world.after((long) (-Math.log(1 - world.random.nextDouble()) / perSecond * S), () -> {
                    request();
                    traffic(perSecond, until);
                });
            }
        }

        void request() {
            switch (lease.take(1, world.now)) {
                case TAKEN -> world.admitted.add(world.now);
                case TAKEN_LOW -> {
                    world.admitted.add(world.now);
                    ask(0);
                }
                case EMPTY -> {
                    lease.missed(1);
                    world.refused++;
                    ask(1);
                }
                case REFUSED -> world.refused++;
            }
        }

        void ask(long needed) {
            if (!lease.beginAsking(needed, world.now)) {
                return;
            }
            long number = ++asks;
            Ask ask = lease.ask(id, world.spec, 1, needed, world.now);
            world.send(this, () -> {
                Grant grant = world.answer(ask);
                world.send(this, () -> {
                    if (asks == number && lease.isAsking()) {
                        lease.hear(ask, grant, used(grant.window()), world.now);
                        record();
                    }
                });
            });
            world.after(50 * MS, () -> {
                if (asks == number && lease.isAsking()) {
                    lease.unanswered(world.now, 20 * MS);
                }
            });
        }

        long used(long window) {
            return world.usage.getOrDefault(window, Map.of()).getOrDefault(id, 0L);
        }

        void record() {
            if (world.spec instanceof LimitSpec.Quota) {
                world.usage
                        .computeIfAbsent(lease.window(), window -> new HashMap<>())
                        .merge(id, lease.used(), Math::max);
            }
        }

        void giveUp() {
            if (lease.beginGivingUp()) {
                Ask ask = lease.giveUp(id, 1, world.now);
                lease.gaveBack();
                world.send(this, () -> world.answer(ask));
            }
        }
    }

    @ParameterizedTest(name = "{0}/s, burst {1}, over {2} nodes, the first with {3} of the traffic")
    @CsvSource({
        "1000, 1000, 3, 0.8",
        "1000, 100, 3, 0.8",
        "100, 100, 3, 0.8",
        "100, 20, 5, 0.34",
        "1000, 20, 3, 0.8",
        "10, 10, 3, 0.5",
    })
    void underPressureARateIsUsedWholeAndNotExceeded(long rate, long burst, int nodes, double first) {
        World world = new World(7, LimitSpec.Rate.of(rate, Duration.ofSeconds(1), burst), nodes);
        double all = rate * 2.0;
        long until = world.now + 60 * S;
        for (int i = 0; i < nodes; i++) {
            world.nodes.get(i).traffic(i == 0 ? all * first : all * (1 - first) / (nodes - 1), until);
        }
        world.run(60 * S);
        assertThat(world.admitted.size())
                .isBetween((int) (rate * 60 * 0.99), (int) (rate * 60 * 1.005) + (int) burst + nodes);
        assertThat(world.most(S)).isLessThanOrEqualTo((long) (rate * 1.02 + burst + nodes + rate * 0.2));
    }

    @ParameterizedTest(name = "{0}/s")
    @CsvSource({"1000", "100"})
    void aLoadThatMovesTakesTheRateWithIt(int rate) {
        World world = new World(11, LimitSpec.Rate.of(rate, Duration.ofSeconds(1), rate), 3);
        int burst = 0;
        for (int i = 0; i < 7; i++) {
            for (int node = 0; node < 3; node++) {
                world.nodes.get(node).traffic(rate * (node == i % 3 ? 1.6 : 0.2), world.now + 10 * S);
            }
            world.run(10 * S);
            burst = i == 0 ? world.admitted.size() : burst;
        }
        // A hundredth of what may pass once the burst is over.
        assertThat(world.admitted.size() - burst).isBetween(rate * 60 * 99 / 100, rate * 60 * 1_005 / 1_000);
    }

    @Test
    void messagesAreFewAgainstRequests() {
        World world = new World(13, LimitSpec.Rate.of(10_000, Duration.ofSeconds(1), 10_000), 3);
        world.nodes.forEach(node -> node.traffic(1_000, world.now + 20 * S));
        world.run(20 * S);
        assertThat(world.refused).isLessThan(60);
        assertThat(world.messages * 1_000.0 / world.admitted.size()).isLessThan(25);
    }

    @ParameterizedTest(name = "{0} of burst {1}")
    @CsvSource({"RATE, 100, 500", "RATE, 1000, 200", "RATE, 20, 2200", "QUOTA, 100000, 300"})
    void aKeyThatIsSeldomUsedCostsFewMessagesAndHoldsNoMoreThanMayPass(String sort, long capacity, int mostMessages) {
        boolean quota = sort.equals("QUOTA");
        LimitSpec spec = quota
                ? new LimitSpec.Quota(capacity, Window.DAY)
                : LimitSpec.Rate.of(capacity, Duration.ofSeconds(1), capacity);
        World world = new World(17, spec, 3);
        world.nodes.forEach(node -> node.traffic(2, world.now + 60 * S));
        world.run(60 * S);
        assertThat(world.messages * 1_000.0 / world.admitted.size()).isLessThan(mostMessages);
        assertThat(world.refused).as("waited").isLessThan(quota || capacity >= 100 ? 10 : 400);
        if (!quota) {
            world.nodes.forEach(node -> node.traffic(3.0 * capacity, world.now + 2 * S));
            world.run(3 * S);
            // At once what a bucket holds, a second's worth, and what nodes are not known to have used.
            assertThat(world.most(S)).isBetween(2 * capacity * 95 / 100, 2 * capacity + 3 + 3 * TERMS.few(spec));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"})
    void whateverHappensARateIsExceededByNoMoreThanWhatWasHeld(long seed) {
        Random plan = new Random(seed);
        long rate = 50 + plan.nextInt(1_000);
        long burst = 20 + plan.nextInt((int) rate);
        World world = new World(seed, LimitSpec.Rate.of(rate, Duration.ofSeconds(1), burst), 2 + plan.nextInt(4));
        world.loss = plan.nextDouble() * 0.3;
        int deaths = plan.nextInt(4);
        for (int second = 0; second < 30; second++) {
            for (Node node : world.nodes) {
                node.traffic(plan.nextDouble() * rate * 1.5, world.now + S);
                if (plan.nextInt(10) == 0) {
                    node.giveUp();
                }
            }
            world.run(S);
            if (deaths > 0 && plan.nextInt(8) == 0) {
                deaths--;
                world.newOwner();
            }
        }
        // docs/rate-limits.md: one burst for each owner that was lost, what it had leased, and one request of credit a
        // node.
        long most = rate * 30 + burst + (world.owners - 1) * 2 * burst + world.nodes.size();
        assertThat(world.admitted.size()).as("seed %d", seed).isLessThanOrEqualTo((int) most);
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"})
    void aQuotaIsUsedWholeAndExceededByNoMoreThanTheLeasesOfLostOwners(long seed) {
        Random plan = new Random(seed);
        long amount = 100 + plan.nextInt(5_000);
        World world = new World(seed, new LimitSpec.Quota(amount, Window.DAY), 2 + plan.nextInt(4));
        world.loss = plan.nextDouble() * 0.2;
        double demand = amount / 20.0;
        for (int second = 0; second < 60; second++) {
            for (Node node : world.nodes) {
                node.traffic(plan.nextDouble() * demand, world.now + S);
                if (plan.nextInt(20) == 0) {
                    node.giveUp();
                }
            }
            world.run(S);
            world.nodes.forEach(Node::record);
            if (plan.nextInt(15) == 0) {
                world.newOwner();
            }
        }
        // A lease is at most a horizon of a node's demand, and what a node used since its record is known to it alone.
        double lease = demand * 2 * TERMS.horizonNanos() / S + demand;
        long most = amount + (long) ((world.owners - 1) * world.nodes.size() * lease) + world.nodes.size();
        assertThat(world.admitted.size()).as("seed %d", seed).isLessThanOrEqualTo((int) most);
        assertThat(world.admitted.size()).as("seed %d", seed).isGreaterThanOrEqualTo((int) (amount * 0.99));
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"})
    void anOwnersClockThatJumpsAheadAndBackOpensOneWindowAndIsExactInIt(long seed) {
        Random plan = new Random(seed);
        long amount = 100 + plan.nextInt(5_000);
        World world = new World(seed, new LimitSpec.Quota(amount, Window.DAY), 2 + plan.nextInt(4));
        world.loss = plan.nextDouble() * 0.2;
        world.late = plan.nextDouble() * 0.2;
        int jumpsAt = plan.nextInt(40);
        for (int second = 0; second < 90; second++) {
            world.aheadMillis = second >= jumpsAt && second < jumpsAt + 10 ? 25 * 3_600_000 : 0;
            for (Node node : world.nodes) {
                node.traffic(amount / 10.0 * plan.nextDouble(), world.now + S);
                if (plan.nextInt(20) == 0) {
                    node.giveUp();
                }
            }
            world.run(S);
            world.nodes.forEach(Node::record);
        }
        // docs/rate-limits.md: as long as the owner is the same, the window that opened early and what was used before.
        assertThat(world.admitted.size()).as("seed %d", seed).isBetween((int) (amount * 0.99), (int) amount * 2);
    }

    @Test
    void whatWasRefusedToManySaysNothingOfFewer() {
        LimitSpec spec = LimitSpec.Rate.of(1, Duration.ofSeconds(60), 10);
        LeaseOwner owner = new LeaseOwner(1, TERMS, spec, window -> Map.of(), 0);
        owner.answer(new Ask(2, spec, 1, Ask.Purpose.LEASE, 7, 7, 0, 0, 0, 1, 0, 0, 0, 0), 0, 0);
        Lease lease = new Lease(TERMS, spec, 0, 0, 0);
        long[] costs = {5, 5, 3, 4, 1};
        Lease.Take[] first = {
            Lease.Take.EMPTY, Lease.Take.REFUSED, Lease.Take.EMPTY, Lease.Take.REFUSED, Lease.Take.REFUSED
        };
        List<Lease.Take> seen = new ArrayList<>();
        List<Boolean> asked = new ArrayList<>();
        for (int i = 0; i < costs.length; i++) {
            seen.add(lease.take(costs[i], i));
            boolean asks = lease.beginAsking(costs[i], i);
            asked.add(asks);
            if (asks) {
                Ask ask = lease.ask(1, spec, 1, costs[i], i);
                lease.hear(ask, owner.answer(ask, i, 0), 0, i);
                lease.take(costs[i], i);
            }
        }
        assertThat(seen).containsExactly(first);
        // Three were left, and were granted to the one who needed no more: from then on there is nothing for anybody.
        assertThat(asked).containsExactly(true, false, true, false, false);
    }

    @Test
    void aQuotaWithoutFaultsIsExact() {
        World world = new World(3, new LimitSpec.Quota(1_000, Window.DAY), 3);
        world.nodes.forEach(node -> node.traffic(100, world.now + 20 * S));
        world.run(22 * S);
        assertThat(world.admitted).hasSize(1_000);
    }

    @Test
    void aNewOwnerKnowsFromTheRecordWhatWasUsed() {
        World world = new World(3, new LimitSpec.Quota(1_000, Window.DAY), 3);
        world.nodes.forEach(node -> node.traffic(100, world.now + 2 * S));
        world.run(3 * S);
        world.nodes.forEach(Node::giveUp);
        world.run(S);
        world.nodes.forEach(Node::record);
        world.newOwner();
        assertThat(world.owner.remaining(world.now, world.millis())).isEqualTo(1_000 - world.admitted.size());
    }

    @Test
    void aNewOwnerOfARateLearnsWhatItsPredecessorHadLeft() {
        LimitSpec spec = LimitSpec.Rate.of(10, Duration.ofSeconds(60), 100);
        World world = new World(3, spec, 1);
        world.nodes.get(0).traffic(200, world.now + 2 * S);
        world.run(2 * S);
        assertThat(world.admitted.size()).isBetween(99, 101);
        world.newOwner();
        world.nodes.get(0).traffic(200, world.now + 2 * S);
        world.run(2 * S);
        assertThat(world.admitted.size()).isBetween(99, 102);
    }

    @Test
    void permitsOfANodeThatIsSilentComeBack() {
        LimitSpec spec = new LimitSpec.InFlight(10);
        LeaseOwner owner = new LeaseOwner(1, TERMS, spec, window -> Map.of(), 0);
        Grant all = owner.answer(permits(1, 10, 10, 0, 0), 0, 0);
        assertThat(all.tokens()).isEqualTo(10);
        assertThat(owner.answer(permits(2, 1, 1, 0, 0), 1, 0).tokens()).isZero();
        assertThat(owner.answer(permits(1, 0, 0, 10, 0), 3 * S, 0).tokens()).isZero();
        assertThat(owner.answer(permits(2, 1, 1, 0, 0), 7 * S, 0).tokens()).isZero();
        assertThat(owner.answer(permits(2, 1, 1, 0, 0), 8 * S + 1, 0).tokens()).isEqualTo(1);
    }

    @Test
    void permitsOfANodeThatHasLeftComeBackAtOnceUnlessItIsHeardOfAgain() {
        LimitSpec spec = new LimitSpec.InFlight(10);
        LeaseOwner owner = new LeaseOwner(1, TERMS, spec, window -> Map.of(), 0);
        assertThat(owner.answer(permits(1, 10, 10, 0, 0), 0, 0).tokens()).isEqualTo(10);
        owner.answer(permits(1, 0, 0, 10, 0), S, 0);
        owner.left(1, S / 2);
        assertThat(owner.answer(permits(2, 1, 1, 0, 0), S + 1, 0).tokens()).isZero();
        owner.left(1, S + 2);
        assertThat(owner.answer(permits(2, 1, 1, 0, 0), S + 3, 0).tokens()).isEqualTo(1);
    }

    @Test
    void whoGivesBackLeavesItsShareToTheOthers() {
        LimitSpec spec = LimitSpec.Rate.of(1, Duration.ofHours(1), 60);
        LeaseOwner owner = new LeaseOwner(1, TERMS, spec, window -> Map.of(), 0);
        Grant busy = owner.answer(new Ask(1, spec, 1, Ask.Purpose.LEASE, 1, 60, 0, 0, 0, 600, 0, 0, 0, 0), 0, 0);
        owner.answer(new Ask(1, spec, 1, Ask.Purpose.GIVE_BACK, 0, busy.tokens(), 0, 0, 0, 0, 1, 0, 0, 0), 1, 0);
        assertThat(owner.answer(new Ask(2, spec, 1, Ask.Purpose.LEASE, 1, 60, 0, 0, 0, 300, 0, 0, 0, 0), 2, 0)
                        .tokens())
                .isEqualTo(60);
    }

    private static Ask permits(long node, long needed, long want, long used, long held) {
        return new Ask(
                node, new LimitSpec.InFlight(10), 1, Ask.Purpose.LEASE, needed, want, held, used, 0, want, 0, 0, 0, 0);
    }

    @Test
    void aChargeIsExactAndARefundTakesItBack() {
        for (LimitSpec spec : List.of(
                LimitSpec.Rate.of(1, Duration.ofHours(1), 3), (LimitSpec) new LimitSpec.Quota(3, Window.HOUR))) {
            LeaseOwner owner = new LeaseOwner(1, TERMS, spec, window -> Map.of(), 0);
            for (int i = 0; i < 3; i++) {
                assertThat(owner.answer(charge(spec, Ask.Purpose.CHARGE), i, 0).tokens())
                        .isEqualTo(1);
            }
            Grant refusal = owner.answer(charge(spec, Ask.Purpose.CHARGE), 4, 0);
            assertThat(refusal.tokens()).isZero();
            assertThat(refusal.retryAfterNanos()).isPositive();
            owner.answer(charge(spec, Ask.Purpose.REFUND), 5, 0);
            assertThat(owner.answer(charge(spec, Ask.Purpose.CHARGE), 6, 0).tokens())
                    .isEqualTo(1);
            assertThat(owner.answer(charge(spec, Ask.Purpose.CHARGE), 7, 0).tokens())
                    .isZero();
        }
    }

    private static Ask charge(LimitSpec spec, Ask.Purpose purpose) {
        return new Ask(1, spec, 1, purpose, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    @Test
    void aNewVersionOfThePolicyHoldsAndAnOlderOneDoesNot() {
        LimitSpec ten = new LimitSpec.Quota(10, Window.DAY);
        LimitSpec five = new LimitSpec.Quota(5, Window.DAY);
        LeaseOwner owner = new LeaseOwner(1, TERMS, ten, window -> Map.of(), 0);
        owner.answer(new Ask(1, five, 2, Ask.Purpose.CHARGE, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0), 0, 0);
        assertThat(owner.answer(new Ask(1, ten, 1, Ask.Purpose.CHARGE, 6, 6, 0, 0, 0, 1, 0, 0, 0, 0), 0, 0)
                        .tokens())
                .isZero();
    }
}
