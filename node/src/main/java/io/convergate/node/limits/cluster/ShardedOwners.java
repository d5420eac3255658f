package io.convergate.node.limits.cluster;

import io.convergate.config.membership.ClusterGuest;
import io.convergate.node.cluster.Nodes;
import io.convergate.node.cluster.ShardRegions;
import io.convergate.node.limits.NodeLimits;
import io.convergate.node.limits.Owners;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LimitKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ShardRegion.ClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.GetClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owners of keys as entities of Cluster Sharding, in whatever cluster system the node has at the moment, and the record of
 * used quotas. Any thread; a thread of its own looks after the node's limits, writes the record, and forgets questions that
 * nobody answered.
 */
public final class ShardedOwners implements Owners, ClusterGuest, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardedOwners.class);
    private static final EntityTypeKey<OwnerMessage.ToOwner> OWNER =
            EntityTypeKey.create(OwnerMessage.ToOwner.class, "limit");

    /** The name of the actor that hears owners. */
    private static final String ANSWERS = "limit-answers";

    /** Questions without an answer; what is asked beyond is not asked. */
    private static final int PENDING_MAX = 100_000;

    private static final long PENDING_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Duration TEND_EVERY = Duration.ofMillis(200);

    /** Between two writes of the record: what a lost process forgets at most. */
    private static final long WRITE_EVERY = 5;

    /** How often each shard is written to, so that no request is the first to need it. */
    private static final long WARM_EVERY = 15;

    /** A node is not kept from being ready for longer because a shard does not answer. */
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long the coordinator of shards may take to ask all regions. */
    private static final Duration COORDINATOR_WAIT = Duration.ofSeconds(1);

    /** What messages of goodbye get to arrive. */
    private static final Duration GOODBYE = Duration.ofMillis(300);

    private final NodeLimits limits;
    private final UsageRecord record = new UsageRecord(System::currentTimeMillis, System::nanoTime);
    private final UsageJournal journal;
    private final ScheduledExecutorService thread;
    private final ConcurrentHashMap<Long, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicLong questions = new AtomicLong();
    private volatile @Nullable Link link;
    private volatile boolean up;
    private volatile int nodes;
    private final Owned owned = new Owned();
    private volatile List<String> warmers = List.of();
    private volatile boolean hasCoordinator;
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();
    private long rounds;
    private boolean diskFailed;

    private record Pending(Consumer<Grant> answer, long sinceNanos) {}

    /** What there is of a cluster system. */
    private record Link(
            Cluster cluster,
            ActorRef<ShardingEnvelope<OwnerMessage.ToOwner>> region,
            ActorRef<OwnerMessage.ToNode> answers,
            ActorRef<UsageGossip.Command> gossip,
            Runnable askForCoordinator,
            AtomicLong upSince) {}

    private ShardedOwners(NodeLimits limits, Path directory, int nodes, Telemetry telemetry) {
        this.limits = limits;
        this.nodes = Math.max(1, nodes);
        this.journal = UsageJournal.open(directory, record::replayed);
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "limits"));
        telemetry.gauge(
                "convergate_rate_limit_usage_refused",
                "Counters of quotas that found no room in the record",
                record::refused);
        telemetry.gauge("convergate_rate_limit_owned_keys", "Keys of limits that this node owns", owned::keys);
    }

    /**
     * Opens the record of used quotas, and shares a node's limits from the moment that there is a cluster.
     *
     * @param directory where the record is kept
     * @param nodes how many nodes share the limits as long as it has seen no cluster
     * @throws io.convergate.config.StoreException if the directory cannot be used
     */
    public static ShardedOwners open(NodeLimits limits, Path directory, int nodes, Telemetry telemetry) {
        ShardedOwners owners = new ShardedOwners(limits, directory, nodes, telemetry);
        limits.share(owners);
        owners.thread.scheduleWithFixedDelay(
                owners::tend, TEND_EVERY.toMillis(), TEND_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return owners;
    }

    @Override
    public void arrived(ActorSystem<?> system) {
        Home home = new Home(
                record,
                Departures.of(system),
                owned,
                new Arrivals(System::nanoTime),
                new Nodes<OwnerMessage.ToNode>(system, ANSWERS)::present,
                this::takeOverWait);
        ActorRef<ShardingEnvelope<OwnerMessage.ToOwner>> region = ShardRegions.start(
                system,
                Entity.of(
                        OWNER,
                        context ->
                                OwnerEntity.create(LimitKey.parse(context.getEntityId()), home, context.getShard())));
        ActorRef<OwnerMessage.ToNode> answers = system.systemActorOf(
                Behaviors.receive(OwnerMessage.ToNode.class)
                        .onMessage(OwnerMessage.Answered.class, answered -> {
                            heard(answered);
                            return Behaviors.same();
                        })
                        .onMessage(OwnerMessage.Here.class, here -> {
                            unanswered.remove(here.key());
                            return Behaviors.same();
                        })
                        .onMessage(OwnerMessage.Recall.class, recall -> {
                            recalled(recall.key());
                            return Behaviors.same();
                        })
                        .build(),
                ANSWERS,
                Props.empty());
        ActorRef<UsageGossip.Command> gossip =
                system.systemActorOf(UsageGossip.create(record), "limit-usage", Props.empty());
        ActorRef<ClusterShardingStats> coordinator = system.systemActorOf(
                Behaviors.receive(ClusterShardingStats.class)
                        .onMessage(ClusterShardingStats.class, stats -> {
                            hasCoordinator |= !stats.getRegions().isEmpty();
                            return Behaviors.same();
                        })
                        .build(),
                "limit-coordinator",
                Props.empty());
        GetClusterShardingStats question = new GetClusterShardingStats(OWNER, COORDINATOR_WAIT, coordinator);
        warmers = warmers(system);
        unanswered.addAll(warmers);
        hasCoordinator = false;
        link = new Link(
                Cluster.get(system),
                region,
                answers,
                gossip,
                () -> ClusterSharding.get(system).shardState().tell(question),
                new AtomicLong());
    }

    private void recalled(LimitKey key) {
        Link now = link;
        if (now != null && !limits.recalled(key)) {
            OwnerMessage.Unheld unheld = new OwnerMessage.Unheld(Optional.of(now.answers()), self());
            now.region().tell(new ShardingEnvelope<>(key.toString(), unheld));
        }
    }

    /** How long a new owner waits for what nodes tell: so that whoever asks is still there. */
    private Duration takeOverWait(Ask ask) {
        RateLimit.Mode mode = ask.request() == 0 ? RateLimit.Mode.LEASED : RateLimit.Mode.STRICT;
        return Duration.ofNanos(limits.waitMaxNanos(mode) / 5);
    }

    @Override
    public void gone() {
        link = null;
        up = false;
    }

    private void heard(OwnerMessage.Answered answered) {
        Pending asked = pending.remove(answered.id());
        if (asked != null) {
            asked.answer().accept(answered.grant());
        }
    }

    @Override
    public boolean available() {
        return up;
    }

    @Override
    public void ask(LimitKey key, Ask ask, Consumer<Grant> answer) {
        Link now = link;
        if (now == null || pending.size() >= PENDING_MAX) {
            return;
        }
        long id = questions.incrementAndGet();
        pending.put(id, new Pending(answer, System.nanoTime()));
        now.region().tell(new ShardingEnvelope<>(key.toString(), new OwnerMessage.Asked(now.answers(), id, ask)));
    }

    @Override
    public void tell(LimitKey key, Ask ask) {
        Link now = link;
        if (now != null) {
            OwnerMessage.Told told = new OwnerMessage.Told(Optional.of(now.answers()), ask);
            now.region().tell(new ShardingEnvelope<>(key.toString(), told));
        }
    }

    @Override
    public int nodes() {
        return nodes;
    }

    @Override
    public long self() {
        return journal.node();
    }

    @Override
    public Map<Long, Long> used(LimitKey key, long window) {
        return record.of(key, window);
    }

    @Override
    public void used(LimitKey key, long window, long windowEndMillis, long count) {
        record.note(new UsagePage.Usage(new UsagePage.Id(key, window, journal.node()), count, windowEndMillis), true);
    }

    /** On the thread of its own, a few times a second. */
    private void tend() {
        try {
            look();
            long now = System.nanoTime();
            pending.values().removeIf(question -> now - question.sinceNanos() > PENDING_NANOS);
            limits.tend();
            if (++rounds % WRITE_EVERY == 0) {
                write();
            }
            warm();
        } catch (RuntimeException e) {
            LOG.error("looking after the limits failed", e);
        }
    }

    /** Who is there: all members, reachable or not, because those behind a partition go on serving, too. */
    private void look() {
        Link now = link;
        if (now == null) {
            up = false;
            return;
        }
        int members = 0;
        for (Member member : now.cluster().state().getMembers()) {
            members += member.status() == MemberStatus.up() ? 1 : 0;
        }
        boolean member = isUp(now);
        if (member && members > 0) {
            nodes = members;
        }
        up = member;
    }

    /**
     * Asks each shard until it has answered once; then keeps the ways open. Not before there is a coordinator: what is written to
     * the region without one stays there, is asked for again and again, and is warned of.
     */
    private void warm() {
        Link now = link;
        if (now == null || !up) {
            return;
        }
        if (!hasCoordinator) {
            now.askForCoordinator().run();
            return;
        }
        OwnerMessage.Ping ping = new OwnerMessage.Ping(now.answers());
        unanswered.forEach(key -> now.region().tell(new ShardingEnvelope<>(key, ping)));
        if (rounds % WARM_EVERY == 0) {
            warmers.forEach(key -> now.region().tell(new ShardingEnvelope<>(key, OwnerMessage.Warm.INSTANCE)));
        }
    }

    /**
     * Whether this node has joined a cluster and does not reach all owners yet: its first requests would wait. For some seconds
     * at most.
     */
    public boolean isWarmingUp() {
        Link now = link;
        if (now == null || unanswered.isEmpty() || !isUp(now)) {
            return false;
        }
        long nanos = System.nanoTime() | 1;
        now.upSince().compareAndSet(0, nanos);
        return nanos - now.upSince().get() < WARM_UP_NANOS;
    }

    private static boolean isUp(Link now) {
        return now.cluster().selfMember().status() == MemberStatus.up();
    }

    /** A key for each shard. */
    private static List<String> warmers(ActorSystem<?> system) {
        int shards = ClusterShardingSettings.create(system).numberOfShards();
        HashCodeMessageExtractor<OwnerMessage.ToOwner> extractor = new HashCodeMessageExtractor<>(shards);
        Map<String, String> found = new HashMap<>();
        for (long i = 0; found.size() < shards; i++) {
            String key = new LimitKey(0, i).toString();
            found.putIfAbsent(extractor.shardId(key), key);
        }
        return List.copyOf(found.values());
    }

    private void write() {
        try {
            journal.append(record.takeUnwritten());
            record.sweep();
            List<UsagePage.Usage> all = journal.isLong(0) ? record.all() : List.of();
            if (journal.isLong(all.size()) && !all.isEmpty()) {
                journal.rewrite(all);
            }
            diskFailed = false;
        } catch (IOException e) {
            if (!diskFailed) {
                LOG.error("the record of used quotas cannot be written; a restart would forget what is used now", e);
            }
            diskFailed = true;
        }
        Link now = link;
        if (now != null) {
            now.gossip().tell(UsageGossip.Publish.INSTANCE);
        }
    }

    /** Gives back what this node holds, before it leaves the cluster; done when that has had time to arrive. */
    public CompletionStage<Void> handBack() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.execute(() -> {
            limits.close();
            write();
        });
        thread.schedule(() -> done.complete(null), GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
        return done;
    }

    /** Writes the record for the last time. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (thread.awaitTermination(2, TimeUnit.SECONDS)) {
                limits.tend();
                journal.append(record.takeUnwritten());
            }
        } catch (IOException e) {
            LOG.error("the record of used quotas cannot be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        journal.close();
    }
}
