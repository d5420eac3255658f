package io.convergate.loadgen.fault;

import java.util.function.Supplier;

/** A fault that has begun. */
@FunctionalInterface
public interface Inflicted {
    /** Ends it, heals what it broke, and says whether it took effect while it lasted. Called once. */
    Proof end();

    /** One that looks at its effect first, and then heals; heals also if nobody can look. */
    static Inflicted of(Supplier<Proof> effect, Runnable healing) {
        return () -> {
            Proof seen;
            try {
                seen = effect.get();
            } catch (RuntimeException e) {
                seen = Proof.unknown(e.toString());
            }
            healing.run();
            return seen;
        };
    }
}
