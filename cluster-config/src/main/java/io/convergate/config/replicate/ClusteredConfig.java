package io.convergate.config.replicate;

import io.convergate.config.Activation;
import io.convergate.config.ChangePlan;
import io.convergate.config.ClusterStatus;
import io.convergate.config.ClusterStatus.ClusterSystem;
import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Phase;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.Consistency;
import io.convergate.config.Convergence;
import io.convergate.config.Limits;
import io.convergate.config.MemberId;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.config.Revision;
import io.convergate.config.SubmitResult;
import io.convergate.config.converge.Activator;
import io.convergate.config.converge.CatchUp;
import io.convergate.config.converge.Members;
import io.convergate.config.membership.ClusterGuest;
import io.convergate.config.membership.ClusterLifecycle;
import io.convergate.config.membership.Names;
import io.convergate.config.store.ConfigStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicated configuration, put together: a {@link Replica} on the store's thread, and a {@link ClusterLifecycle} that
 * gives it one cluster system after the other.
 */
public final class ClusteredConfig implements ReplicatedConfig {
    private static final Logger LOG = LoggerFactory.getLogger(ClusteredConfig.class);

    /** How often it is checked whether patience is over. */
    private static final Duration PATIENCE_CHECK = Duration.ofMillis(500);

    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

    private final ScheduledThreadPoolExecutor thread;
    private final Activator activator;
    private final ClusterLifecycle<Replication.Command> lifecycle;
    private final Replica replica;
    private final MemberId self;
    private final List<ClusterGuest> guests;
    private final AtomicInteger submissions = new AtomicInteger();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private ClusteredConfig(
            ReplicatedConfigSettings settings, Activation activation, Names names, List<ClusterGuest> guests) {
        this.guests = List.copyOf(guests);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "config-store"));
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.lifecycle = new ClusterLifecycle<>(
                settings,
                names,
                formation -> Replication.create(
                        replica(),
                        lifecycle().self(),
                        settings.timing().statusInterval(),
                        settings.timing().fetchTimeout(),
                        formation),
                this::linked,
                () -> replica().found());
        this.self = new MemberId(settings.nodeName(), lifecycle.self().toString());
        ConfigStore store = ConfigStore.open(
                settings.dataDirectory(), settings.nodeName(), settings.history(), InstantSource.system());
        this.activator = new Activator(
                activation, (view, outcome) -> replica().later(() -> replica().activated(view, outcome)));
        Members members = new Members(self.address(), InstantSource.system());
        this.replica = new Replica(
                thread,
                store,
                activator,
                members,
                new CatchUp(
                        lifecycle.knowsOthers() || store.lost(),
                        settings.timing().aloneAfter(),
                        settings.timing().joinTimeout(),
                        System::nanoTime),
                new Majority(
                        members,
                        () -> lifecycle().status().phase() == Phase.UP,
                        System::nanoTime,
                        store.promisedBefore()),
                self,
                settings.timing());
    }

    /**
     * Opens the store and starts to look for the cluster.
     *
     * @param names where the names of seeds are looked up
     * @throws io.convergate.config.StoreException if the directory cannot be used
     */
    public static ReplicatedConfig open(ReplicatedConfigSettings settings, Activation activation, Names names) {
        return open(settings, activation, names, List.of());
    }

    /** The same with others who live in its cluster systems. */
    public static ReplicatedConfig open(
            ReplicatedConfigSettings settings, Activation activation, Names names, List<ClusterGuest> guests) {
        ClusteredConfig config = new ClusteredConfig(settings, activation, names, guests);
        config.replica.later(config.replica::start);
        config.thread.scheduleWithFixedDelay(
                config.replica::changed, PATIENCE_CHECK.toMillis(), PATIENCE_CHECK.toMillis(), TimeUnit.MILLISECONDS);
        config.lifecycle.start();
        return config;
    }

    private Replica replica() {
        return replica;
    }

    private ClusterLifecycle<Replication.Command> lifecycle() {
        return lifecycle;
    }

    private void linked(Optional<ActorSystem<Replication.Command>> system) {
        replica.later(() -> replica.link(system.map(guardian -> guardian::tell)));
        for (ClusterGuest guest : guests) {
            try {
                system.ifPresentOrElse(guest::arrived, guest::gone);
            } catch (RuntimeException e) {
                LOG.error("a guest of the cluster system failed", e);
            }
        }
    }

    @Override
    public ConfigView current() {
        return replica.snapshot().view();
    }

    @Override
    public ConfigHistory history() {
        return replica.history();
    }

    @Override
    public <R> CompletionStage<SubmitResult<R>> submit(ChangePlan<R> plan, Consistency consistency) {
        if (submissions.incrementAndGet() > Limits.SUBMISSIONS_MAX) {
            submissions.decrementAndGet();
            return unavailable(Limits.SUBMISSIONS_MAX + " changes wait already");
        }
        try {
            return CompletableFuture.supplyAsync(() -> replica.submit(plan, consistency), thread)
                    .whenComplete((stage, failure) -> submissions.decrementAndGet())
                    .thenCompose(stage -> stage);
        } catch (RejectedExecutionException e) {
            submissions.decrementAndGet();
            return unavailable("the node is stopping");
        }
    }

    private static <R> CompletionStage<SubmitResult<R>> unavailable(String reason) {
        return CompletableFuture.completedFuture(new SubmitResult.Unavailable<>(reason));
    }

    @Override
    public CompletionStage<Convergence> awaitServing(Revision revision, Duration timeout) {
        if (stopping.get()) {
            return CompletableFuture.completedFuture(new Convergence(revision, List.of()));
        }
        try {
            return CompletableFuture.supplyAsync(() -> replica.awaitServing(revision, timeout), thread)
                    .thenCompose(stage -> stage);
        } catch (RejectedExecutionException e) {
            // Stopped since it was asked.
            return CompletableFuture.completedFuture(new Convergence(revision, List.of()));
        }
    }

    @Override
    public void onChange(Runnable listener) {
        replica.onChange(listener);
    }

    @Override
    public ClusterStatus status() {
        Replica.Snapshot known = replica.snapshot();
        ClusterSystem system = lifecycle.status();
        List<Member> members = new ArrayList<>();
        Member own = known.self(presence(system.phase()));
        members.add(own);
        known.members().forEach(member -> members.add(member.comparedWith(own)));
        return new ClusterStatus(self, known.report().held(), system, replica.diskTrouble(), members);
    }

    private static Presence presence(Phase phase) {
        return switch (phase) {
            case JOINING -> Presence.JOINING;
            case UP -> Presence.UP;
            case RESTARTING -> Presence.ABSENT;
            case STOPPED -> Presence.LEAVING;
        };
    }

    @Override
    public boolean caughtUp() {
        return replica.snapshot().caughtUp();
    }

    @Override
    public CompletionStage<Void> stop(Duration deadline) {
        if (stopping.compareAndSet(false, true)) {
            replica.later(replica::seal);
            lifecycle.stop(deadline).thenRun(() -> {
                activator.close();
                replica.later(() -> {
                    replica.close();
                    stopped.complete(null);
                });
                thread.shutdown();
            });
        }
        return stopped.copy();
    }

    @Override
    public void close() {
        stop(CLOSE_DEADLINE).toCompletableFuture().join();
    }
}
