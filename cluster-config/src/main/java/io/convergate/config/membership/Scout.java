package io.convergate.config.membership;

import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.config.membership.FormationMessage.Answer;
import io.convergate.config.membership.FormationMessage.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks nodes how they stand with whom this node's cluster system does not speak any more. Two systems that have each removed
 * the other as down drop whatever the other says, for as long as both live (Pekko quarantines the incarnation, not the
 * address), so neither would ever hear that the other is there. A system of its own, on a port that the kernel chooses and
 * with an incarnation nobody knows, is heard and answered. It costs a few tenths of a second of CPU, so it is made only if
 * one of the nodes takes connections, and lives no longer than {@link #PATIENCE}. Thread-safe.
 */
final class Scout {
    /** How long answers are waited for. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(Scout.class);
    /** Somebody who takes connections and never answers stands still, or is no node: it is asked every twelfth time only. */
    private static final int PAUSE_MAX = 12;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private final ReplicatedConfigSettings settings;
    private final Function<BootstrapSetup, ActorSystemSetup> setup;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** How many questions are passed over, and how many will be after the next that nobody answers; guarded by busy. */
    private int skip;

    private int pause = 1;

    /** @param setup what a system of this node needs besides its configuration */
    Scout(ReplicatedConfigSettings settings, Function<BootstrapSetup, ActorSystemSetup> setup) {
        this.settings = settings;
        this.setup = setup;
    }

    /**
     * Asks nodes, on a thread of its own. Does nothing while an earlier question is not answered yet.
     *
     * @param heard gets each answer; on any thread
     */
    void ask(Collection<NodeAddress> nodes, Consumer<Answer> heard) {
        List<NodeAddress> asked = List.copyOf(nodes);
        if (asked.isEmpty() || !busy.compareAndSet(false, true)) {
            return;
        }
        if (skip > 0) {
            skip--;
            busy.set(false);
            return;
        }
        Thread thread = new Thread(() -> askNow(asked, heard), "config-scout");
        thread.setDaemon(true);
        thread.start();
    }

    private void askNow(List<NodeAddress> nodes, Consumer<Answer> heard) {
        try {
            List<NodeAddress> there = nodes.stream().filter(this::isThere).toList();
            if (!there.isEmpty()) {
                converse(there, heard);
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("{} cannot be asked whether they are another cluster: {}", nodes, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            busy.set(false);
        }
    }

    /** Whether somebody takes connections there. From the node's own address, so that a cut between nodes is one for this too. */
    private boolean isThere(NodeAddress node) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(settings.host(), 0));
            socket.connect(new InetSocketAddress(node.host(), node.port()), (int) CONNECT_TIMEOUT.toMillis());
            return true;
        } catch (IOException e) {
            LOG.debug("{} takes no connection: {}", node, e.getMessage());
            return false;
        }
    }

    private void converse(List<NodeAddress> nodes, Consumer<Answer> heard) throws InterruptedException {
        CountDownLatch answers = new CountDownLatch(nodes.size());
        Behavior<FormationMessage> ear = Behaviors.receiveMessage(message -> {
            if (message instanceof Answer answer) {
                heard.accept(answer);
                answers.countDown();
            }
            return Behaviors.same();
        });
        Behavior<Void> guardian = Behaviors.setup(context -> {
            context.spawn(ear, Formation.NAME);
            return Behaviors.empty();
        });
        ActorSystem<Void> system = ActorSystem.create(
                guardian, NodeAddress.SYSTEM, setup.apply(BootstrapSetup.create(ClusterConfigs.scout(settings))));
        TimelyEnd.of(system);
        try {
            Probe probe = new Probe(NodeAddress.of(system.address()), 0);
            ActorLookup lookup = ActorLookup.remote(system);
            nodes.forEach(
                    node -> lookup.<Formation.Command>find(node, Formation.NAME).tell(probe));
            boolean all = answers.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("{} were asked, all have answered: {}", nodes, all);
            pause = answers.getCount() < nodes.size() ? 1 : Math.min(2 * pause, PAUSE_MAX);
            skip = pause - 1;
        } finally {
            system.terminate();
        }
    }
}
