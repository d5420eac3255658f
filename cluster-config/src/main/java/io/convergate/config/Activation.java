package io.convergate.config;

/** What makes a configuration serve: the gateway compiles the view and publishes the result. */
@FunctionalInterface
public interface Activation {
    /**
     * Compiles and publishes a view. Called on one thread of the store, never concurrently, and first with what was
     * found on disk, even if that is nothing. Views come in causal order; if several arrive meanwhile, only the newest is
     * activated. A view is always whole: no change in it is there in part.
     *
     * <p>What it throws is reported as a refusal; the next view is tried again.
     *
     * @param past what came before the view, as far as it is kept; read only if it is asked
     */
    ActivationReport activate(ConfigView view, ConfigHistory past);
}
