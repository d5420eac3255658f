package io.convergate.loadgen.fault;

import io.convergate.loadgen.fleet.GatewayNode;
import java.time.Duration;
import java.util.Optional;

/** A node's process is stopped, one way or another. Its end lets the node run again, and does not wait until it is ready. */
public sealed interface NodeFault extends Fault {
    /** The name of the node. */
    String node();

    @Override
    default String target() {
        return node();
    }

    @Override
    default Optional<String> impossible(Stage stage) {
        return stage.noNode(node());
    }

    /** SIGKILL. Its end starts the node again. */
    record Kill(String node) implements NodeFault {
        @Override
        public String kind() {
            return "kill";
        }

        @Override
        public Inflicted begin(Stage stage) {
            GatewayNode victim = stage.node(node);
            victim.kill();
            return Inflicted.of(() -> Proof.of(!victim.isAlive(), alive(victim)), victim::start);
        }

        private static String alive(GatewayNode victim) {
            return victim.isAlive() ? "its process runs" : "its process is gone";
        }
    }

    /** SIGTERM, and no waiting. Its end waits until the process is gone, and starts the node again. */
    record Terminate(String node) implements NodeFault {
        @Override
        public String kind() {
            return "terminate";
        }

        @Override
        public Inflicted begin(Stage stage) {
            GatewayNode victim = stage.node(node);
            victim.terminate();
            return () -> {
                int code = victim.awaitEnd();
                victim.start();
                return Proof.of(true, "its process ended with " + code);
            };
        }
    }

    /** SIGSTOP. Its end is SIGCONT. */
    record Pause(String node) implements NodeFault {
        @Override
        public String kind() {
            return "pause";
        }

        @Override
        public Inflicted begin(Stage stage) {
            GatewayNode victim = stage.node(node);
            victim.pause();
            return Inflicted.of(
                    () -> {
                        boolean isPaused = victim.isPaused();
                        return Proof.of(isPaused, isPaused ? "its process stands still" : "its process goes on");
                    },
                    victim::resume);
        }
    }

    /**
     * SIGTERM, and the start of another process as soon as the first is gone. Beginning takes as long as that; its end waits until the node
     * is ready.
     *
     * @param readyWithin the longest it may take from start to ready
     */
    record Restart(String node, Duration readyWithin) implements NodeFault {
        @Override
        public String kind() {
            return "restart";
        }

        @Override
        public Inflicted begin(Stage stage) {
            GatewayNode victim = stage.node(node);
            victim.terminate();
            int code = victim.awaitEnd();
            victim.start();
            return () -> {
                victim.awaitReady(readyWithin);
                return Proof.of(true, "its process ended with " + code + ", and another is ready");
            };
        }
    }
}
