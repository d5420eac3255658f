package io.convergate.config.membership;

import io.convergate.config.ClusterStatus.ClusterSystem;
import io.convergate.config.ClusterStatus.Phase;
import io.convergate.config.ReplicatedConfigSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.remote.RemoteTransportException;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a cluster system running: makes one, and when it has ended (downed by the split-brain resolver, given up, or
 * failed) waits until it is gone and makes the next on the same port, until {@link #stop}. Works on a thread of its own,
 * because making a system blocks; its methods may be called on any.
 *
 * @param <C> what the guardian of the system takes
 */
public final class ClusterLifecycle<C> {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLifecycle.class);
    private static final Duration PAUSE_MIN = Duration.ofMillis(200);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /** A system that lived this long ended for a reason of its own, and the next is made without haste or delay. */
    private static final Duration LIVED = Duration.ofSeconds(10);

    private final ReplicatedConfigSettings settings;
    private final NodeAddress self;
    private final Seeds seeds;
    private final MemberBook book;
    private final Scout scout;
    private final Function<Behavior<Formation.Command>, Behavior<C>> guardian;
    private final Consumer<Optional<ActorSystem<C>>> listener;
    private final Runnable found;
    private final ScheduledExecutorService thread;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile ClusterSystem status = new ClusterSystem(Phase.JOINING, 0, Instant.now(), "");
    private Optional<ActorSystem<C>> system = Optional.empty();
    private Duration pause = PAUSE_MIN;

    /** Why it could not start, as the log has it; empty once it could. */
    private String told = "";

    private boolean stopping;

    /**
     * A lifecycle, not started yet.
     *
     * @param guardian makes the guardian of a system out of the actor that gets it into a cluster
     * @param names where the names of seeds are looked up
     * @param listener is told of each system that was made, and of none when it has ended; on the lifecycle's thread
     * @param found is run whenever a system has found a cluster and tries to join it; on any thread
     * @throws io.convergate.config.StoreException if the members on disk cannot be read
     */
    public ClusterLifecycle(
            ReplicatedConfigSettings settings,
            Names names,
            Function<Behavior<Formation.Command>, Behavior<C>> guardian,
            Consumer<Optional<ActorSystem<C>>> listener,
            Runnable found) {
        this.settings = settings;
        this.guardian = guardian;
        this.listener = listener;
        this.found = found;
        this.self = new NodeAddress(settings.host(), settings.clusterPort());
        this.seeds = new Seeds(settings.seeds(), settings.clusterPort(), names, System::nanoTime);
        this.book = new MemberBook(settings.dataDirectory());
        this.scout = new Scout(settings, this::setup);
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "config-cluster"));
    }

    /** This node. */
    public NodeAddress self() {
        return self;
    }

    /** Whether this node knows any other: by its seeds, or from its last cluster. */
    public boolean knowsOthers() {
        Set<NodeAddress> known = seeds.addresses();
        known.addAll(book.members());
        known.remove(self);
        return seeds.hasNames() || settings.seedsMin() > 1 || !known.isEmpty();
    }

    /** Makes the first system. */
    public void start() {
        seeds.start();
        thread.execute(this::make);
    }

    /** What the system is doing. */
    public ClusterSystem status() {
        return status;
    }

    private void make() {
        if (stopping) {
            return;
        }
        synchronized (this) {
            status = new ClusterSystem(Phase.JOINING, status.incarnation() + 1, Instant.now(), "starts");
        }
        long born = System.nanoTime();
        try {
            Behavior<Formation.Command> formation =
                    Formation.create(self, seeds, settings.seedsMin(), book, scout, settings.timing(), new Progress());
            ActorSystem<C> made = ActorSystem.create(
                    guardian.apply(formation),
                    NodeAddress.SYSTEM,
                    setup(BootstrapSetup.create(ClusterConfigs.of(settings))));
            if (!told.isEmpty()) {
                LOG.info("the cluster system has started after all");
                told = "";
            }
            system = Optional.of(made);
            listener.accept(system);
            TimelyEnd.of(made).thenRunAsync(() -> ended(born), thread);
        } catch (RemoteTransportException e) {
            // Its address is taken, or is none of this machine's: the message says it all.
            if (isNews(e)) {
                LOG.warn("the cluster system cannot start, and is tried again until it can: {}", e.getMessage());
            }
            again("cannot start: " + e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            if (isNews(e)) {
                LOG.warn("the cluster system cannot start, and is tried again until it can", e);
            }
            again("cannot start: " + e.getMessage());
        }
    }

    private ActorSystemSetup setup(BootstrapSetup bootstrap) {
        return settings.tls()
                .map(tls -> bootstrap.and(SSLEngineProviderSetup.create(system -> new ArteryTls(tls))))
                .orElseGet(() -> ActorSystemSetup.create(bootstrap));
    }

    /** Whether the log has not said just that already, at the last attempt. */
    private boolean isNews(Throwable failure) {
        boolean isNews = !failure.toString().equals(told);
        told = failure.toString();
        return isNews;
    }

    private void ended(long born) {
        system = Optional.empty();
        listener.accept(system);
        if (stopping) {
            phase(Phase.STOPPED, "");
            stopped.complete(null);
            thread.shutdown();
            return;
        }
        if (System.nanoTime() - born > LIVED.toNanos()) {
            pause = PAUSE_MIN;
        }
        LOG.info("the cluster system has ended; the next one starts in {}", pause);
        again("was removed from its cluster");
    }

    private void again(String why) {
        phase(Phase.RESTARTING, why);
        thread.schedule(this::make, pause.toMillis(), TimeUnit.MILLISECONDS);
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX;
    }

    private synchronized void phase(Phase phase, String detail) {
        Instant since = status.phase() == phase ? status.since() : Instant.now();
        status = new ClusterSystem(phase, status.incarnation(), since, detail);
    }

    /**
     * Leaves the cluster and ends the system for good.
     *
     * @return completes when it is gone, or when the deadline is over
     */
    public CompletionStage<Void> stop(Duration deadline) {
        thread.execute(() -> {
            stopping = true;
            system.ifPresentOrElse(this::leave, () -> ended(System.nanoTime()));
        });
        return stopped.copy().completeOnTimeout(null, deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void leave(ActorSystem<C> leaving) {
        CoordinatedShutdown.get(leaving).runAll(CoordinatedShutdown.actorSystemTerminateReason());
    }

    /** Hears from one system, as long as it is the current one. */
    private final class Progress implements FormationListener {
        private final int incarnation = status.incarnation();

        @Override
        public void joining(String detail) {
            progress(Phase.JOINING, detail);
        }

        @Override
        public void found() {
            found.run();
        }

        @Override
        public void up() {
            progress(Phase.UP, "");
        }

        private void progress(Phase phase, String detail) {
            synchronized (ClusterLifecycle.this) {
                boolean running = status.phase() == Phase.JOINING || status.phase() == Phase.UP;
                if (running && status.incarnation() == incarnation) {
                    phase(phase, detail);
                }
            }
        }

        @Override
        public void giveUp(String why) {
            LOG.warn("gives up its cluster system: {}", why);
            thread.execute(() -> system.ifPresent(ClusterLifecycle.this::leave));
        }
    }
}
