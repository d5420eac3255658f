package io.convergate.node.main;

import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/**
 * SIGTERM, SIGINT and SIGHUP: the first of them asks, the second insists. Takes the place of the JVM's own handlers, so that
 * a node which stopped as told exits with 0 and not with 143.
 */
public final class StopSignals {
    private StopSignals() {}

    /**
     * Installs the handlers.
     *
     * @param ask runs at the first signal, on a thread of the JVM; must not block
     * @param insist runs at the second, just before the process ends; must not block
     */
    public static void install(Runnable ask, Runnable insist) {
        AtomicBoolean asked = new AtomicBoolean();
        for (String name : new String[] {"TERM", "INT", "HUP"}) {
            Signal.handle(new Signal(name), signal -> {
                if (asked.compareAndSet(false, true)) {
                    ask.run();
                } else {
                    insist.run();
                    Runtime.getRuntime().halt(128 + signal.getNumber());
                }
            });
        }
    }
}
