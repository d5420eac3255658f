package io.convergate.config;

import io.convergate.config.membership.ClusterGuest;
import io.convergate.config.membership.Names;
import io.convergate.config.replicate.ClusteredConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The configuration of the whole cluster, as this node knows it. It outlives every cluster system: reads, writes and
 * activation go on while the node is cut off, and what was written meanwhile is everywhere after healing.
 *
 * <p>Every method may be called on any thread, and none blocks except {@link #open} and {@link #close}. Stages complete
 * on a thread of the store; do not block it in what follows.
 */
public interface ReplicatedConfig extends AutoCloseable {
    /**
     * Opens the store and starts to look for the cluster. When this returns, {@link #current()} is what was on disk;
     * activation of it has been asked for but need not be done.
     *
     * @throws StoreException if the directory cannot be used
     */
    static ReplicatedConfig open(ReplicatedConfigSettings settings, Activation activation) {
        return open(settings, activation, List.of());
    }

    /** The same with others who live in its cluster systems. */
    static ReplicatedConfig open(ReplicatedConfigSettings settings, Activation activation, List<ClusterGuest> guests) {
        return ClusteredConfig.open(settings, activation, Names.SYSTEM, guests);
    }

    /** The newest configuration that is whole here. It may not be activated yet. */
    ConfigView current();

    /** What came before {@link #current()}, as far as this node keeps it. */
    ConfigHistory history();

    /**
     * Plans and writes a change. Plans run one after the other; an accepted change is on this node's disk before the
     * answer, and on one more member's if there is a reachable one that answers within
     * {@link ReplicatedConfigSettings.Timing#holdTimeout()}; the result says who holds it. A member that was not heard in
     * time delays the answer but never undoes the change.
     *
     * <p>A node that starts lets writes wait until it holds what each reachable member held when it was first heard, so that
     * none is made in ignorance of what the others took meanwhile. Alone it takes them once {@link
     * ReplicatedConfigSettings.Timing#aloneAfter()} is over. No write waits for longer than that; then it is
     * {@link SubmitResult.Unavailable}, with what this node waits for.
     *
     * <p>The stage fails only with what the plan itself threw.
     */
    default <R> CompletionStage<SubmitResult<R>> submit(ChangePlan<R> plan) {
        return submit(plan, Consistency.LOCAL);
    }

    /**
     * The same with a condition. With {@link Consistency#MAJORITY} a majority of the nodes first stores what the change
     * consists of, without effect, and promises to take it; only then it is made. {@link SubmitResult.NoMajority} means that
     * nothing happened. Other changes that this node is asked for wait meanwhile, at most
     * {@link ReplicatedConfigSettings.Timing#holdTimeout()}.
     */
    <R> CompletionStage<SubmitResult<R>> submit(ChangePlan<R> plan, Consistency consistency);

    /**
     * Waits until a revision is served. Answers as soon as no member that is {@link ClusterStatus.Presence#UP} is
     * {@link ServingState#PENDING} any more, or at the deadline with what is known then. A member that is suspected is
     * waited for, until it is heard again or removed; one that is joining, leaving or removed is listed but not waited
     * for. Never fails; after {@link #stop} it answers an empty list.
     */
    CompletionStage<Convergence> awaitServing(Revision revision, Duration timeout);

    /**
     * Has something called whenever {@link #current()} or {@link #status()} may answer something else than before, and every half
     * second or so besides. Called on the store's thread: it must return at once and throw nothing. There is no way to take it
     * back; a caller that ends makes it do nothing.
     */
    void onChange(Runnable listener);

    /** The cluster as this node sees it. Cheap. */
    ClusterStatus status();

    /**
     * Whether this node may take traffic as far as its configuration goes. True once it tried to activate all that each
     * reachable member held when it was first heard (silent members are waited for no longer than
     * {@link ReplicatedConfigSettings.Timing#aloneAfter()}). Also true if it is alone and knows no other node (no seeds
     * but itself, nobody else in its last cluster); or if it is alone, has a configuration on its disk, and heard nobody for
     * {@code aloneAfter}. A node with seeds, an empty disk and no peer is not ready: it would answer 404 to real traffic,
     * until it hears a peer or takes a change itself. Once true it stays true.
     */
    boolean caughtUp();

    /**
     * Leaves the cluster in good order and closes the store. The stage completes when both are done or the deadline is
     * over; writes are answered {@link SubmitResult.Unavailable} from now on. A second call returns the same stage.
     */
    CompletionStage<Void> stop(Duration deadline);

    /** Stops with a deadline of ten seconds, and waits. */
    @Override
    void close();
}
