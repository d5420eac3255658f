package io.convergate.node.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.limits.KeyedLimit.Answer;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LeaseOwner;
import io.convergate.routing.limit.LeaseTerms;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import io.convergate.routing.model.ResourceKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node and an owner say to each other, answer by answer, in virtual time. */
class LeaseTalkTest {
    private static final Duration WAIT = Duration.ofMillis(50);
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static Telemetry telemetry;

    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
    private final NodeLimits limits =
            new NodeLimits(telemetry, new LimitSettings(100, WAIT), nanos::get, () -> 20_000 * DAY);
    private final Script owner = new Script();
    private final KeyHash hash = new KeyHash();

    @BeforeAll
    static void start() {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
    }

    @AfterAll
    static void stop() {
        telemetry.close();
    }

    /** An owner that answers when the test says so. */
    private static final class Script implements Owners {
        private final Deque<Consumer<Grant>> waiting = new ArrayDeque<>();
        private final Deque<Ask> asks = new ArrayDeque<>();
        private final Map<Long, Long> recorded = new HashMap<>();
        private long left = 1_000;
        private int records;

        @Override
        public boolean available() {
            return true;
        }

        @Override
        public void ask(LimitKey key, Ask ask, Consumer<Grant> answer) {
            asks.add(ask);
            waiting.add(answer);
        }

        @Override
        public void tell(LimitKey key, Ask ask) {
            asks.add(ask);
        }

        @Override
        public int nodes() {
            return 2;
        }

        @Override
        public long self() {
            return 1;
        }

        @Override
        public Map<Long, Long> used(LimitKey key, long window) {
            return recorded.containsKey(window) ? Map.of(1L, recorded.get(window)) : Map.of();
        }

        @Override
        public void used(LimitKey key, long window, long windowEndMillis, long count) {
            records++;
            recorded.merge(window, count, Math::max);
        }

        void grants(long tokens, long window) {
            waiting.removeFirst()
                    .accept(new Grant(1, tokens, Duration.ofSeconds(5).toNanos(), window, 0, left, 0, 0));
        }
    }

    private KeyedLimit key(LimitSpec spec) {
        return key(spec, RateLimit.Mode.LEASED);
    }

    private KeyedLimit key(LimitSpec spec, RateLimit.Mode mode) {
        limits.share(owner);
        RateLimit.Info info = new RateLimit.Info(
                new ResourceKey("convergate.io", "RateLimitPolicy", "default", "talk"),
                1,
                "r",
                spec,
                mode,
                RateLimit.OnUnavailable.LOCAL_SHARE,
                false);
        return limits.attach(info).key(hash.begin(1, 2).addPart("k").end(), nanos.get());
    }

    @Test
    void whoComesAfterAnAskThatNobodyWaitedForAndNobodyAnsweredWaitsForAnother() {
        KeyedLimit key = key(LimitSpec.Rate.of(100, Duration.ofSeconds(1), 100));
        assertThat(key.take(1, nanos.get())).as("on credit").isEqualTo(Answer.PASSED);
        assertThat(owner.asks).hasSize(1);
        nanos.addAndGet(2 * WAIT.toNanos() + 1);
        AtomicInteger woken = new AtomicInteger();

        assertThat(key.take(1, nanos.get())).isEqualTo(Answer.WAIT);
        assertThat(key.await(woken::incrementAndGet)).isTrue();

        assertThat(owner.asks).hasSize(2);
        assertThat(woken).as("before there is an answer").hasValue(0);
        owner.waiting.removeFirst(); // never comes
        owner.grants(10, 0);
        assertThat(woken).hasValue(1);
        assertThat(key.take(1, nanos.get())).isEqualTo(Answer.PASSED);
    }

    @Test
    void theSameGoesForAnAskThatTendingFindsTooOld() {
        KeyedLimit key = key(LimitSpec.Rate.of(100, Duration.ofSeconds(1), 100));
        key.take(1, nanos.get());
        nanos.addAndGet(2 * WAIT.toNanos() + 1);
        key.tend();
        AtomicInteger woken = new AtomicInteger();
        assertThat(key.take(1, nanos.get())).isEqualTo(Answer.WAIT);
        assertThat(key.await(woken::incrementAndGet)).isTrue();
        assertThat(owner.asks).hasSize(2);
        assertThat(woken).hasValue(0);
    }

    @Test
    void aKeyThatOwesARequestAndIsUsedNoMoreIsNoBurdenToAnOwnerThatIsSilent() {
        KeyedLimit key = key(LimitSpec.Rate.of(100, Duration.ofSeconds(1), 100));
        key.take(1, nanos.get());
        for (int i = 0; i < 50; i++) {
            nanos.addAndGet(200_000_000);
            key.tend();
        }
        assertThat(owner.asks).as("in ten seconds").hasSizeBetween(2, 3);
        while (!owner.waiting.isEmpty()) {
            owner.grants(0, 0);
        }
        owner.asks.clear();
        for (int i = 0; i < 50; i++) {
            nanos.addAndGet(200_000_000);
            key.tend();
        }
        assertThat(owner.asks).as("once it is paid").isEmpty();
    }

    @Test
    void whatLiesIdleLapsesWhereThereIsPlentyAndIsGivenBackWhereThereIsNot() {
        KeyedLimit key = key(LimitSpec.Rate.of(10_000, Duration.ofSeconds(1), 10_000));
        for (long[] leftAndMessages : new long[][] {{9_000, 0}, {1_000, 1}}) {
            key.take(1, nanos.get());
            owner.left = leftAndMessages[0];
            owner.grants(10, 0);
            owner.asks.clear();
            for (int i = 0; i < 15; i++) {
                nanos.addAndGet(1_000_000_000);
                key.tend();
            }
            assertThat(owner.asks).as("%d left", owner.left).hasSize((int) leftAndMessages[1]);
        }
    }

    @Test
    void whoIsRecalledWhileRequestsWaitTellsWhatItHoldsWhenTheyHaveTheirAnswer() {
        KeyedLimit key = key(new LimitSpec.Quota(15, Window.DAY));
        assertThat(key.take(1, nanos.get())).isEqualTo(Answer.WAIT);
        assertThat(key.await(() -> key.take(1, nanos.get()))).isTrue();
        assertThat(key.recalled()).isTrue();
        owner.asks.clear();
        owner.grants(5, 20_000);
        assertThat(owner.asks).singleElement().satisfies(told -> {
            assertThat(told.held()).isEqualTo(5);
            assertThat(told.used()).isZero();
            assertThat(told.want()).isZero();
        });
    }

    /** What a new owner had just granted was given back to it at once, and asked for again with the next request. */
    @Test
    void whoIsRecalledWhileItAsksKeepsWhatItIsGrantedThenUnlessItIsPermits() {
        for (LimitSpec spec : List.of(
                LimitSpec.Rate.of(1_000, Duration.ofDays(1), 1_000),
                new LimitSpec.Quota(1_000, Window.DAY),
                new LimitSpec.InFlight(1_000))) {
            boolean permits = spec instanceof LimitSpec.InFlight;
            KeyedLimit key = key(spec);
            key.take(1, nanos.get()); // of all but permits on credit
            assertThat(key.recalled()).isTrue();
            owner.asks.clear();
            owner.grants(16, permits || spec instanceof LimitSpec.Rate ? 0 : 20_000);
            assertThat(owner.asks).as("%s", spec).singleElement().satisfies(told -> {
                assertThat(told.purpose()).isEqualTo(permits ? Ask.Purpose.GIVE_BACK : Ask.Purpose.LEASE);
                assertThat(told.held()).isEqualTo(permits ? 0 : spec instanceof LimitSpec.Rate ? 16 : 15);
                assertThat(told.needed()).isZero();
                assertThat(told.demandPerSecond() > 0).isNotEqualTo(permits);
            });
            assertThat(key.take(1, nanos.get())).isEqualTo(permits ? Answer.WAIT : Answer.PASSED);
            owner.waiting.clear();
        }
    }

    /** On a busy machine ten an hour were eight: what an answer granted that came too late was missing for an hour. */
    @ParameterizedTest(name = "{0} passed meanwhile")
    @ValueSource(ints = {0, 2})
    void whatALateAnswerGrantsOfABucketIsGivenBackButForWhatPassedMeanwhile(int meanwhile) {
        KeyedLimit key = key(LimitSpec.Rate.of(100, Duration.ofHours(1), 100));
        key.take(1, nanos.get()); // on credit
        key.giveUp(nanos.get());
        for (int i = 0; i < meanwhile; i++) {
            assertThat(key.take(1, nanos.get())).isEqualTo(Answer.PASSED_BY_SHARE);
        }
        owner.asks.clear();
        owner.grants(6, 0);
        assertThat(owner.asks).extracting(Ask::purpose).containsExactly(Ask.Purpose.LEASE, Ask.Purpose.REFUND);
        assertThat(owner.asks.getFirst().held()).isZero();
        assertThat(owner.asks.getLast().want()).as("and what is charged again").isEqualTo(7 - meanwhile);
        nanos.addAndGet(WAIT.toNanos());
        owner.asks.clear();
        key.take(1, nanos.get());
        assertThat(owner.asks).singleElement().matches(ask -> ask.used() == 1);
    }

    /** The owner took what it had granted in vain for held for ten seconds more, and made the bucket less by it. */
    @ParameterizedTest(name = "asked again before the answer came: {0}")
    @ValueSource(booleans = {false, true})
    void whatALateAnswerGaveIsThereForOtherNodes(boolean askedAgain) {
        LimitSpec spec = LimitSpec.Rate.of(100, Duration.ofHours(1), 100);
        LeaseOwner real = new LeaseOwner(7, LeaseTerms.DEFAULT, spec, window -> Map.of(), nanos.get());
        KeyedLimit key = key(spec);
        key.take(1, nanos.get()); // on credit
        Grant late = real.answer(owner.asks.removeFirst(), nanos.get(), 0);
        key.giveUp(nanos.get());
        nanos.addAndGet(WAIT.toNanos());
        long gone = 0;
        if (askedAgain) {
            assertThat(key.take(1, nanos.get())).isEqualTo(Answer.PASSED_BY_SHARE);
            Ask second = owner.asks.removeFirst();
            gone = 1 + second.used() + real.answer(second, nanos.get(), 0).tokens();
        }
        owner.waiting.removeFirst().accept(late);
        owner.asks.forEach(told -> real.answer(told, nanos.get(), 0));
        real.answer(asksOfAnother(spec), nanos.get(), 0);
        assertThat(real.remaining(nanos.get(), 0)).isEqualTo(100 - gone);
    }

    private static Ask asksOfAnother(LimitSpec spec) {
        return new Ask(2, spec, 1, Ask.Purpose.LEASE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** A request of 5 was refused for good while its node held 3 and the owner had 3: each of its tries kept them apart. */
    @Test
    void whatANodeHoldsCountsTowardsWhatARequestNeeds() {
        LimitSpec spec = LimitSpec.Rate.of(19, Duration.ofHours(1), 19);
        LeaseOwner real = new LeaseOwner(7, LeaseTerms.DEFAULT, spec, window -> Map.of(), nanos.get());
        KeyedLimit key = key(spec);
        real.answer(new Ask(2, spec, 1, Ask.Purpose.LEASE, 13, 13, 0, 0, 0, 0, 0, 0, 0, 0), nanos.get(), 0);
        assertThat(key.take(1, nanos.get())).isEqualTo(Answer.WAIT);
        owner.asks.removeFirst();
        owner.grants(4, 0);
        real.answer(new Ask(1, spec, 1, Ask.Purpose.LEASE, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0), nanos.get(), 0);
        assertThat(key.take(1, nanos.get())).isEqualTo(Answer.PASSED);
        assertThat(key.take(5, nanos.get())).isEqualTo(Answer.WAIT);
        Ask asked = owner.asks.removeFirst();
        assertThat(asked.needed()).isEqualTo(2);
        owner.waiting.removeFirst().accept(real.answer(asked, nanos.get(), 0));
        assertThat(key.take(5, nanos.get())).isEqualTo(Answer.PASSED);
    }

    @ParameterizedTest(name = "cost {0}")
    @ValueSource(longs = {5, 4})
    void whatTheOwnerDoesNotHaveIsRefusedToWhoLacksAsMuchAndAskedForByWhoLacksLess(long cost) {
        KeyedLimit key = key(LimitSpec.Rate.of(19, Duration.ofHours(1), 19));
        key.take(1, nanos.get());
        owner.grants(4, 0);
        key.take(1, nanos.get());
        key.take(5, nanos.get());
        owner.asks.clear();
        owner.waiting
                .removeFirst()
                .accept(new Grant(1, 0, Duration.ofSeconds(10).toNanos(), 0, 0, 1, 9_000_000_000L, 1_000_000_000L));
        assertThat(key.take(cost, nanos.get())).isEqualTo(cost == 5 ? Answer.REFUSED : Answer.WAIT);
        assertThat(owner.asks).hasSize(cost == 5 ? 0 : 1);
    }

    /** It went after a minute, and with it what a new owner would have to know of the one before. */
    @ParameterizedTest
    @EnumSource(names = {"LEASED", "STRICT"})
    void whatANodeKnowsOfABucketStaysUntilThatIsFull(RateLimit.Mode mode) {
        KeyedLimit key = key(LimitSpec.Rate.of(100, Duration.ofHours(1), 100), mode);
        owner.left = 1;
        if (mode == RateLimit.Mode.STRICT) {
            key.charge(1, grant -> {});
        } else {
            key.take(1, nanos.get());
        }
        owner.grants(1, 0);
        key.take(1, nanos.get());
        nanos.addAndGet(Duration.ofMinutes(50).toNanos());
        limits.tend();
        assertThat(limits.table().size()).isEqualTo(1);
        nanos.addAndGet(Duration.ofMinutes(11).toNanos());
        for (int i = 0; i < 5; i++) { // a key that is not used is looked at now and then
            limits.tend();
        }
        assertThat(limits.table().size()).isZero();
    }

    /** Each key of a quota that a node remembers was recorded anew five times a second, used or not. */
    @Test
    void aQuotaThatIsNotUsedIsRecordedNowAndThenOnly() {
        KeyedLimit key = key(new LimitSpec.Quota(1_000, Window.DAY));
        key.take(1, nanos.get());
        owner.grants(100, 20_000);
        key.tend();
        key.take(1, nanos.get());
        key.tend();
        assertThat(owner.recorded).containsEntry(20_000L, 2L);
        owner.records = 0;
        for (int i = 0; i < 100; i++) {
            nanos.addAndGet(200_000_000);
            key.tend();
        }
        assertThat(owner.records).as("in twenty seconds").isBetween(2, 5);
    }

    @Test
    void anOwnerThatIsGivenUpIsAskedTwentyTimesASecondAndNobodyWaits() {
        KeyedLimit key = key(LimitSpec.Rate.of(100, Duration.ofSeconds(1), 100));
        key.take(1, nanos.get());
        key.giveUp(nanos.get());
        for (int ms = 0; ms < 1_000; ms++) {
            assertThat(key.take(1, nanos.get())).isNotEqualTo(Answer.WAIT);
            if (ms % 50 == 49) {
                key.giveUp(nanos.get()
                        - Duration.ofMillis(900).toNanos()); // who waits for it lets go, without a new delay
            }
            nanos.addAndGet(1_000_000);
        }
        assertThat(owner.asks).hasSizeBetween(2, 22);
    }

    @Test
    void whatWasUsedOfAWindowCountsWhenTheWindowComesAgainByAnOwnerWithAnotherClock() {
        KeyedLimit key = key(new LimitSpec.Quota(1_000, Window.DAY));
        key.take(1, nanos.get()); // on credit
        owner.grants(100, 20_001);
        int used = 1;
        for (; owner.waiting.isEmpty(); used++) {
            assertThat(key.take(1, nanos.get())).isEqualTo(Answer.PASSED);
        }
        // Nothing has tended the key in between: only the node itself knows what it has used.
        owner.grants(0, 20_000);
        assertThat(key.take(1, nanos.get())).isEqualTo(Answer.WAIT);
        owner.grants(10, 20_001);
        owner.asks.clear();
        for (; owner.asks.isEmpty(); used++) {
            assertThat(key.take(1, nanos.get())).isEqualTo(Answer.PASSED);
        }
        assertThat(owner.asks.getFirst().window()).isEqualTo(20_001);
        assertThat(owner.asks.getFirst().used()).isEqualTo(used);
    }
}
