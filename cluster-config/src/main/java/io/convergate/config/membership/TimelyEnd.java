package io.convergate.config.membership;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.io.Tcp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that an actor system that ends is gone in time. Pekko waits without a deadline for its streams to other nodes
 * (apache/pekko#3247), and one that is half closed waits for its peer: cut off from it, for minutes, on the port that the
 * next system needs. Ending the actor that owns all sockets ends them too.
 */
final class TimelyEnd {
    /** How long a system may take by itself, and again once its connections are torn; alone in a cut it takes about 4 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private static final Logger LOG = LoggerFactory.getLogger(TimelyEnd.class);

    private TimelyEnd() {}

    /**
     * Watches over the end of a system, whenever it comes.
     *
     * @return completes when the system has ended, or is left behind without sockets because it does not end; on any thread
     */
    static CompletableFuture<Void> of(ActorSystem<?> system) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        system.getWhenTerminated().whenComplete((done, failure) -> gone.complete(null));
        CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseActorSystemTerminate(), "end-in-time", () -> {
            ifLate(gone, () -> tear(system, gone));
            return CompletableFuture.completedFuture(Done.getInstance());
        });
        return gone;
    }

    private static void tear(ActorSystem<?> ending, CompletableFuture<Void> gone) {
        LOG.warn("the system {} has not ended in {}; its connections are torn", ending.address(), PATIENCE);
        ifLate(gone, () -> {
            LOG.warn("the system {} has not ended in another {}, and is left behind", ending.address(), PATIENCE);
            gone.complete(null);
        });
        Tcp.get(ending).manager().tell(PoisonPill.getInstance(), ActorRef.noSender());
    }

    private static void ifLate(CompletableFuture<Void> gone, Runnable action) {
        gone.copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).whenComplete((done, late) -> {
            if (late != null) {
                action.run();
            }
        });
    }
}
