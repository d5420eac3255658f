package io.convergate.node.limits.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an owner asks nodes, and when it answers them. */
class OwnerEntityTest {
    private static final LimitKey KEY = new LimitKey(1, 2);
    private static final LimitSpec QUOTA = new LimitSpec.Quota(50, Window.MONTH);
    private static final LimitSpec PERMITS = new LimitSpec.InFlight(50);
    private static final Duration LONG = Duration.ofMinutes(10);

    private static ActorTestKit kit;
    private static Departures departures;

    private final AtomicLong nanos = new AtomicLong(1);
    private final Map<String, ActorRef<OwnerMessage.ToNode>> nodes = new LinkedHashMap<>();
    private TestProbe<OwnerMessage.ToNode> one;
    private TestProbe<OwnerMessage.ToNode> two;
    private TestProbe<OwnerMessage.ToNode> three;

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create(
                "owners",
                ConfigFactory.parseString(
                                "pekko { actor.provider = cluster, remote.artery.canonical { hostname = 127.0.0.1, port = 0 }, actor.testkit.typed.single-expect-default = 30s }")
                        .withFallback(ConfigFactory.load()));
        departures = Departures.of(kit.system());
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    @BeforeEach
    void nodes() {
        one = node("one");
        two = node("two");
        three = node("three");
    }

    private TestProbe<OwnerMessage.ToNode> node(String name) {
        TestProbe<OwnerMessage.ToNode> probe = kit.createTestProbe();
        nodes.put(name, probe.getRef());
        return probe;
    }

    private ActorRef<OwnerMessage.ToOwner> owner(Duration takeOverWait) {
        Home home = new Home(
                new UsageRecord(System::currentTimeMillis, System::nanoTime),
                departures,
                new Owned(),
                new Arrivals(nanos::get),
                () -> nodes,
                ask -> takeOverWait);
        ActorRef<OwnerMessage.ToOwner> made = kit.spawn(OwnerEntity.create(
                KEY, home, kit.<ClusterSharding.ShardCommand>createTestProbe().getRef()));
        isStill(made); // it is there
        return made;
    }

    /** Nothing has been said to the first node before it is asked whether it hears. */
    private void isStill(ActorRef<OwnerMessage.ToOwner> owner) {
        owner.tell(new OwnerMessage.Ping(one.getRef()));
        one.expectMessage(new OwnerMessage.Here(KEY.toString()));
    }

    private static Ask ask(long node, LimitSpec spec, Ask.Purpose purpose, long needed, long held, long used) {
        long window = spec instanceof LimitSpec.Quota ? Window.MONTH.id(System.currentTimeMillis()) : 0;
        return new Ask(node, spec, 1, purpose, needed, needed, held, used, window, 1, 0, 0, 0, 0);
    }

    private OwnerMessage.Asked asked(LimitSpec spec, long needed, long used) {
        return new OwnerMessage.Asked(one.getRef(), 7, ask(1, spec, Ask.Purpose.LEASE, needed, 0, used));
    }

    private OwnerMessage.Told told(LimitSpec spec, long used) {
        return new OwnerMessage.Told(Optional.of(two.getRef()), ask(2, spec, Ask.Purpose.GIVE_BACK, 0, 0, used));
    }

    private OwnerMessage.Unheld unheld() {
        return new OwnerMessage.Unheld(Optional.of(three.getRef()), 3);
    }

    private Grant granted() {
        OwnerMessage.Answered answered = one.expectMessageClass(OwnerMessage.Answered.class);
        assertThat(answered.id()).isEqualTo(7);
        return answered.grant();
    }

    static Stream<LimitSpec> countedByNodes() {
        return Stream.of(QUOTA, PERMITS);
    }

    /** What the nodes had used beyond the record, and held, passed beyond a quota when its owner moved. */
    @ParameterizedTest
    @MethodSource("countedByNodes")
    void aNewOwnerGrantsNothingBeforeEachNodeHasToldWhatItHasUsed(LimitSpec spec) {
        ActorRef<OwnerMessage.ToOwner> owner = owner(LONG);
        owner.tell(asked(spec, 6, 10));
        two.expectMessage(new OwnerMessage.Recall(KEY));
        three.expectMessage(new OwnerMessage.Recall(KEY));
        owner.tell(unheld());
        isStill(owner);
        owner.tell(told(spec, 35));
        assertThat(granted()).matches(grant -> grant.tokens() == 0 && grant.remaining() == 5);
        owner.tell(asked(spec, 5, 10));
        assertThat(granted().tokens()).isEqualTo(5);
        isStill(owner); // nor is the asking node recalled
    }

    @Test
    void aNewOwnerBeginsWithWhatItsPredecessorHadLeft() {
        LimitSpec slow = LimitSpec.Rate.of(50, Duration.ofDays(30), 50);
        ActorRef<OwnerMessage.ToOwner> owner = owner(LONG);
        owner.tell(asked(slow, 6, 0));
        owner.tell(unheld());
        isStill(owner);
        Ask back = new Ask(2, slow, 1, Ask.Purpose.GIVE_BACK, 0, 2, 0, 0, 0, 0, 99, 3, 0, 0);
        owner.tell(new OwnerMessage.Told(Optional.of(two.getRef()), back));
        assertThat(granted()).matches(grant -> grant.tokens() == 0 && grant.remaining() == 5);
    }

    @Test
    void whatOthersHoldWhoWaitThemselvesIsNotGrantedToTheFirst() {
        ActorRef<OwnerMessage.ToOwner> owner = owner(LONG);
        owner.tell(asked(QUOTA, 11, 10));
        owner.tell(new OwnerMessage.Asked(two.getRef(), 8, ask(2, QUOTA, Ask.Purpose.LEASE, 1, 20, 10)));
        isStill(owner);
        owner.tell(unheld());
        assertThat(granted().tokens()).isZero();
    }

    /** The answer to a question came too late, when the next one was asked already. */
    @Test
    void aRefundToANewOwnerTakesNoPlaceOfTheQuestionThatWaits() {
        LimitSpec slow = LimitSpec.Rate.of(50, Duration.ofDays(30), 50);
        ActorRef<OwnerMessage.ToOwner> owner = owner(LONG);
        owner.tell(asked(slow, 6, 0));
        Ask refund = new Ask(1, slow, 1, Ask.Purpose.REFUND, 0, 2, 0, 0, 0, 0, 99, 3, 0, 0);
        owner.tell(new OwnerMessage.Told(Optional.of(one.getRef()), refund));
        owner.tell(unheld());
        owner.tell(new OwnerMessage.Told(
                Optional.of(two.getRef()), new Ask(2, slow, 1, Ask.Purpose.GIVE_BACK, 0, 2, 0, 0, 0, 0, 99, 3, 0, 0)));
        assertThat(granted()).isNotNull();
    }

    @Test
    void aNodeThatGivesBackToANewOwnerHasToldAndTheOthersAreAsked() {
        ActorRef<OwnerMessage.ToOwner> owner = owner(LONG);
        owner.tell(told(QUOTA, 45));
        three.expectMessage(new OwnerMessage.Recall(KEY));
        one.expectMessage(new OwnerMessage.Recall(KEY));
        owner.tell(asked(QUOTA, 6, 0));
        isStill(owner);
        owner.tell(unheld());
        assertThat(granted().tokens()).isZero();
    }

    /** It was counted for one that had not told yet. */
    @Test
    void aNodeThatHasJoinedSinceDoesNotTellForAnother() {
        ActorRef<OwnerMessage.ToOwner> owner = owner(LONG);
        owner.tell(asked(QUOTA, 6, 0));
        isStill(owner);
        TestProbe<OwnerMessage.ToNode> four = node("four");
        owner.tell(new OwnerMessage.Asked(four.getRef(), 8, ask(4, QUOTA, Ask.Purpose.LEASE, 1, 0, 0)));
        owner.tell(unheld());
        owner.tell(unheld());
        isStill(owner);
        owner.tell(told(QUOTA, 45));
        assertThat(granted().tokens()).as("of 50, 45 of which another has used").isZero();
        assertThat(four.expectMessageClass(OwnerMessage.Answered.class).grant().tokens())
                .isEqualTo(1);
    }

    static Stream<Arguments> reservedAtThePredecessor() {
        return Stream.of(
                Arguments.of(QUOTA, 39, 0), Arguments.of(LimitSpec.Rate.of(50, Duration.ofDays(30), 50), 0, 11));
    }

    /** A request that has passed asks nothing: waiting behind those that ask, it was counted too late for them. */
    @ParameterizedTest(name = "{0}: {1} used, {2} left")
    @MethodSource("reservedAtThePredecessor")
    void whatHasPassedByTheWordOfThePredecessorCountsBeforeThoseThatWaitAreAnswered(
            LimitSpec spec, long used, long left) {
        ActorRef<OwnerMessage.ToOwner> owner = owner(LONG);
        owner.tell(asked(spec, 11, 0));
        long window = ask(2, spec, Ask.Purpose.COMMIT, 1, 0, 0).window();
        Ask commit =
                new Ask(2, spec, 1, Ask.Purpose.COMMIT, 1, 1, 0, used, window, 1, left > 0 ? 99 : 0, left, 0, 1_234);
        owner.tell(new OwnerMessage.Asked(two.getRef(), 8, commit));
        two.expectMessage(new OwnerMessage.Recall(KEY));
        two.expectMessageClass(OwnerMessage.Answered.class);
        owner.tell(new OwnerMessage.Asked(two.getRef(), 9, commit)); // its answer was lost
        two.expectMessageClass(OwnerMessage.Answered.class);
        isStill(owner);
        owner.tell(unheld());
        assertThat(granted()).matches(grant -> grant.tokens() == 0 && grant.remaining() == 10, "one is used, once");
    }

    @Test
    void whoDoesNotTellIsNotWaitedForForEver() {
        ActorRef<OwnerMessage.ToOwner> owner = owner(Duration.ofMillis(1));
        owner.tell(asked(QUOTA, 6, 10));
        assertThat(granted().tokens()).isGreaterThanOrEqualTo(6);
    }

    /** A bucket that somebody used up on another node began full when its shard had moved more than ten seconds before. */
    @Test
    void nodesAreAskedForABucketAsLongAsItMayBeLessThanFull() {
        LimitSpec slow = LimitSpec.Rate.of(50, Duration.ofHours(1), 50);
        ActorRef<OwnerMessage.ToOwner> owner = owner(LONG);
        nanos.addAndGet(Duration.ofMinutes(59).toNanos());
        owner.tell(asked(slow, 6, 0));
        two.expectMessage(new OwnerMessage.Recall(KEY));
        owner.tell(unheld());
        Ask none = new Ask(2, slow, 1, Ask.Purpose.GIVE_BACK, 0, 0, 0, 0, 0, 0, 99, 2, 0, 0);
        owner.tell(new OwnerMessage.Told(Optional.of(two.getRef()), none));
        assertThat(granted()).matches(grant -> grant.tokens() == 0 && grant.remaining() == 2);
    }

    /** A flood of keys that nobody knows must not become a flood of messages. */
    @Test
    void onlySoManyAreAskedAboutInASecondOnceTheShardHasBeenHereForAWhile() {
        Arrivals arrivals = new Arrivals(nanos::get);
        for (int second = 0; second < 2; second++) {
            for (int asked = 0; asked < Arrivals.LATE_MAX; asked += 50) {
                assertThat(arrivals.mayAskLate(() -> 50)).isTrue();
            }
            assertThat(arrivals.mayAskLate(() -> 50)).isFalse();
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        }
    }

    static Stream<Arguments> knownWithoutAsking() {
        LimitSpec slow = LimitSpec.Rate.of(50, Duration.ofHours(1), 50);
        return Stream.of(
                Arguments.of(
                        "a rate that is full again by now",
                        slow,
                        Duration.ofHours(1).toNanos()),
                Arguments.of("a shard that is here for longer than leases are good", QUOTA, Arrivals.RECENT_NANOS),
                Arguments.of("a rate that is full again soon", LimitSpec.Rate.of(50, Duration.ofSeconds(5), 50), 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("knownWithoutAsking")
    void nodesAreNotAskedFor(String what, LimitSpec spec, long hereForNanos) {
        ActorRef<OwnerMessage.ToOwner> owner = owner(LONG);
        nanos.addAndGet(hereForNanos);
        owner.tell(asked(spec, 6, 0));
        assertThat(granted().tokens()).isGreaterThanOrEqualTo(6);
    }
}
