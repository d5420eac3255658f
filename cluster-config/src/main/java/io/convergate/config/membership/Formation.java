package io.convergate.config.membership;

import io.convergate.config.Limits;
import io.convergate.config.ReplicatedConfigSettings.Timing;
import io.convergate.config.membership.FormationMessage.Answer;
import io.convergate.config.membership.FormationMessage.Probe;
import io.convergate.config.membership.FormationMessage.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Gets a cluster system into a cluster, by {@link Election}, and keeps an eye on it afterwards: it writes down who the
 * members are, sees to it that they hear each other ({@link Earshot}), and looks for other clusters among the nodes it knows. Two clusters never merge by themselves; here, the
 * nodes of the lesser one give up their cluster system and join the other.
 */
public final class Formation extends AbstractBehavior<Formation.Command> {
    /** The name of the actor, under which other nodes find it. */
    public static final String NAME = "formation";

    /** How long a join that was begun is left alone. */
    private static final Duration JOIN_PATIENCE = Duration.ofSeconds(5);

    /**
     * How many rounds of probing there are between two looks of a member after its cluster: 5 s by default. Membership
     * that lasted this long is written down.
     */
    private static final int CARE_ROUNDS = 10;

    /** How often in a row another cluster must be seen before one yields. */
    private static final int STRIKES = 3;

    /** What this actor takes. */
    public sealed interface Command permits FormationMessage, Timer, Settle, CutOff, Scouted {}

    /** The system is going to leave: begin no join any more, and answer once none is under way. */
    private record Settle(ActorRef<Done> replyTo) implements Command {}

    /** A member was removed as down. */
    private record CutOff(MemberRemoved event) implements Command {}

    /** A node that was removed as down has been asked by another way. */
    private record Scouted(Answer answer) implements Command {}

    private enum Timer implements Command {
        ROUND,
        CARE
    }

    private final NodeAddress self;
    private final Timing timing;
    private final MemberBook book;
    private final Scout scout;
    private final FormationListener listener;
    private final Election election;
    private final Seeds seeds;
    private final int seedsMin;
    private final Cluster cluster;
    private final ActorLookup lookup;
    private final List<ActorRef<Done>> leaving = new ArrayList<>();
    private long joinBegunNanos;
    private long firstJoinNanos;
    private boolean joinBegun;
    private boolean up;
    private int strikes;
    private boolean foreignSeen;
    private Set<NodeAddress> lastMembers = Set.of();
    private final Earshot earshot = new Earshot();
    private final TimerScheduler<Command> timers;

    /** Who was removed as down and has not been heard since. What they say as they are now would not be taken. */
    private final Set<NodeAddress> cutOff = new TreeSet<>();

    private Formation(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            NodeAddress self,
            Seeds seeds,
            int seedsMin,
            MemberBook book,
            Scout scout,
            Timing timing,
            FormationListener listener) {
        super(context);
        this.self = self;
        this.timing = timing;
        this.book = book;
        this.scout = scout;
        this.listener = listener;
        this.cluster = Cluster.get(context.getSystem());
        this.lookup = ActorLookup.remote(context.getSystem());
        this.seeds = seeds;
        this.seedsMin = seedsMin;
        this.election = new Election(
                self,
                seeds.electors(self, book.members()),
                timing.probeInterval().multipliedBy(3),
                System::nanoTime);
        settleBeforeLeaving();
        cluster.subscriptions()
                .tell(Subscribe.create(context.messageAdapter(MemberRemoved.class, CutOff::new), MemberRemoved.class));
        timers.startTimerWithFixedDelay(Timer.ROUND, Duration.ZERO, timing.probeInterval());
        this.timers = timers;
        careLater();
    }

    /**
     * Pekko leaves at once what it has not joined yet; a join that takes effect after that makes a member which nothing
     * takes out, and the system waits in vain for its own exit. So leaving waits for a join that was begun.
     */
    private void settleBeforeLeaving() {
        ActorSystem<Void> system = getContext().getSystem();
        ActorRef<Command> self = getContext().getSelf();
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseBeforeClusterShutdown(),
                        "settle-formation",
                        () -> AskPattern.<Command, Done>ask(self, Settle::new, JOIN_PATIENCE, system.scheduler()));
    }

    static Behavior<Command> create(
            NodeAddress self,
            Seeds seeds,
            int seedsMin,
            MemberBook book,
            Scout scout,
            Timing timing,
            FormationListener listener) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new Formation(context, timers, self, seeds, seedsMin, book, scout, timing, listener)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Probe.class, this::onProbe)
                .onMessage(Answer.class, this::onAnswer)
                .onMessageEquals(Timer.ROUND, this::onRound)
                .onMessageEquals(Timer.CARE, this::onCare)
                .onMessage(Settle.class, this::onSettle)
                .onMessage(CutOff.class, this::onCutOff)
                .onMessage(Scouted.class, this::onScouted)
                .build();
    }

    private Behavior<Command> onProbe(Probe probe) {
        cutOff.remove(probe.from());
        earshot.asked(probe.from());
        Standing standing = standing();
        boolean vote = probe.campaign() != 0 && standing == Standing.FREE && election.vote(probe.from());
        List<NodeAddress> members = standing == Standing.MEMBER ? reachableMembers() : List.of();
        send(probe.from(), new Answer(self, standing, members, vote ? probe.campaign() : 0));
        return this;
    }

    private Behavior<Command> onAnswer(Answer answer) {
        cutOff.remove(answer.from());
        earshot.answered(answer.from());
        if (standing() == Standing.MEMBER) {
            meet(answer);
            return this;
        }
        election.hear(answer);
        if (!joinBegun && !isLeaving() && election.elected()) {
            form();
        }
        return this;
    }

    private Behavior<Command> onSettle(Settle settle) {
        leaving.add(settle.replyTo());
        return onRound();
    }

    private boolean isLeaving() {
        return !leaving.isEmpty()
                || CoordinatedShutdown.get(getContext().getSystem())
                        .getShutdownReason()
                        .isPresent();
    }

    private Behavior<Command> onRound() {
        MemberStatus status = cluster.selfMember().status();
        if (isLeaving()) {
            if (!joinBegun || up || status != MemberStatus.removed()) {
                leaving.forEach(waiting -> waiting.tell(Done.getInstance()));
                leaving.clear();
            }
            return this;
        }
        if (status == MemberStatus.up()) {
            if (!up) {
                up = true;
                listener.up();
            }
        } else if (!up && status == MemberStatus.removed()) {
            seek();
        } else if (!up) {
            requireProgress();
        }
        return this;
    }

    private void seek() {
        if (joinBegun && System.nanoTime() - joinBegunNanos < JOIN_PATIENCE.toNanos()) {
            return;
        }
        joinBegun = false;
        Set<NodeAddress> electors = seeds.electors(self, book.members());
        election.electors(electors, book.members());
        election.others().forEach(other -> send(other, new Probe(self, 0)));
        Election.Step step = election.round(unsettled(electors));
        if (step instanceof Election.Step.Join join) {
            join(join.members());
        } else if (step instanceof Election.Step.Campaign campaign) {
            election.others().forEach(other -> send(other, new Probe(self, campaign.number())));
        } else if (step instanceof Election.Step.Form) {
            form();
        } else if (step instanceof Election.Step.Wait wait) {
            listener.joining(wait.why());
        }
    }

    private String unsettled(Set<NodeAddress> electors) {
        return electors.size() < seedsMin
                ? electors.size() + " nodes are known (expected: " + seedsMin + " to form a cluster)"
                : seeds.unsettled();
    }

    private void join(List<NodeAddress> members) {
        List<NodeAddress> others = new ArrayList<>(members);
        others.remove(self);
        if (!others.isEmpty()) {
            listener.found();
            listener.joining("joins the cluster of " + others);
            beginJoin(others);
        }
    }

    private void form() {
        getContext().getLog().info("forms a cluster");
        listener.joining("forms a cluster");
        beginJoin(List.of(self));
    }

    private void beginJoin(List<NodeAddress> targets) {
        joinBegunNanos = System.nanoTime();
        if (firstJoinNanos == 0) {
            firstJoinNanos = joinBegunNanos;
        }
        joinBegun = true;
        cluster.manager()
                .tell(new JoinSeedNodes(
                        targets.stream().map(NodeAddress::toPekko).toList()));
    }

    private void requireProgress() {
        if (System.nanoTime() - firstJoinNanos > timing.joinTimeout().toNanos()) {
            listener.giveUp("not a member " + timing.joinTimeout() + " after it began to join");
        }
    }

    /** One at a time: were this actor held up, rounds would pile up, and the next pass with no time for answers. */
    private void careLater() {
        timers.startSingleTimer(Timer.CARE, timing.probeInterval().multipliedBy(CARE_ROUNDS));
    }

    private Behavior<Command> onCare() {
        careLater();
        if (standing() != Standing.MEMBER) {
            return this;
        }
        Set<NodeAddress> members = allMembers();
        if (members.equals(lastMembers)) {
            book.replace(members);
        }
        lastMembers = members;
        strikes = foreignSeen ? strikes + 1 : 0;
        foreignSeen = false;
        if (strikes >= STRIKES) {
            listener.giveUp("another cluster is larger, or equal and first");
            return this;
        }
        Set<NodeAddress> reachable = reachableOthers();
        Optional<String> lost = earshot.round(reachable);
        if (lost.isPresent()) {
            // Downed, not leaving: that takes others who hear it.
            getContext().getLog().warn("makes its cluster system anew: it {}", lost.get());
            cluster.manager().tell(new Down(cluster.selfMember().address()));
            return this;
        }
        reachable.forEach(other -> send(other, new Probe(self, 0)));
        election.electors(seeds.electors(self, book.members()), book.members());
        Set<NodeAddress> absent = new HashSet<>(election.others());
        absent.removeAll(members);
        absent.forEach(other -> send(other, new Probe(self, 0)));
        cutOff.removeAll(members);
        ActorRef<Command> here = getContext().getSelf();
        scout.ask(cutOff, answer -> here.tell(new Scouted(answer)));
        return this;
    }

    private Behavior<Command> onCutOff(CutOff removed) {
        if (removed.event().previousStatus() == MemberStatus.down() && cutOff.size() < Limits.MEMBERS_MAX) {
            cutOff.add(NodeAddress.of(removed.event().member().address()));
        }
        return this;
    }

    /** Who removed us hears nothing from here; if its cluster is the lesser one, it finds ours as this one found it. */
    private Behavior<Command> onScouted(Scouted scouted) {
        Answer answer = scouted.answer();
        if (standing() == Standing.MEMBER && cutOff.contains(answer.from()) && yieldsTo(answer)) {
            foreignSeen = true;
        }
        return this;
    }

    /** Another member answered. If its cluster is another and the lesser one, it may not know of ours, and is told. */
    private void meet(Answer answer) {
        if (yieldsTo(answer)) {
            foreignSeen = true;
        } else if (FormationRules.foreign(allMembers(), answer.cluster())) {
            send(answer.from(), new Answer(self, Standing.MEMBER, reachableMembers(), 0));
        }
    }

    /** Whether an answer shows another cluster, and ours is the lesser one. */
    private boolean yieldsTo(Answer answer) {
        return FormationRules.foreign(allMembers(), answer.cluster())
                && FormationRules.LARGER.compare(reachableMembers(), answer.cluster()) < 0;
    }

    private Standing standing() {
        MemberStatus status = cluster.selfMember().status();
        if (status == MemberStatus.up()) {
            return Standing.MEMBER;
        }
        return status == MemberStatus.removed() && !up && !joinBegun ? Standing.FREE : Standing.JOINING;
    }

    private Set<NodeAddress> allMembers() {
        Set<NodeAddress> members = new TreeSet<>();
        cluster.state().getMembers().forEach(member -> members.add(NodeAddress.of(member.address())));
        return members;
    }

    /** The other members that are up and, for the failure detector, can be reached. */
    private Set<NodeAddress> reachableOthers() {
        Set<NodeAddress> others =
                new TreeSet<>(Membership.of(cluster.state()).up().keySet());
        others.remove(self);
        return others;
    }

    private List<NodeAddress> reachableMembers() {
        Set<Member> unreachable = cluster.state().getUnreachable();
        Set<NodeAddress> members = new TreeSet<>();
        for (Member member : cluster.state().getMembers()) {
            if (!unreachable.contains(member)) {
                members.add(NodeAddress.of(member.address()));
            }
        }
        return List.copyOf(members);
    }

    private void send(NodeAddress to, FormationMessage message) {
        lookup.<Command>find(to, NAME).tell(message);
    }
}
