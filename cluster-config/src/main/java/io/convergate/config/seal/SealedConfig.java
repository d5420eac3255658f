package io.convergate.config.seal;

import io.convergate.config.Activation;
import io.convergate.config.ChangePlan;
import io.convergate.config.ClusterStatus;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.Consistency;
import io.convergate.config.Convergence;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.config.SubmitResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A replicated configuration whose Secrets are sealed wherever it keeps or sends them, and open to those who use it. */
public final class SealedConfig implements ReplicatedConfig {
    private final ReplicatedConfig sealed;
    private final Sealing sealing;

    private SealedConfig(ReplicatedConfig sealed, Sealing sealing) {
        this.sealed = sealed;
        this.sealing = sealing;
    }

    /**
     * Opens a configuration.
     *
     * @param activation is shown Secrets open
     * @param open opens what is to be sealed
     * @throws IllegalArgumentException if it holds Secrets that cannot be opened with these keys
     */
    public static SealedConfig open(
            Sealing sealing, Activation activation, Function<Activation, ReplicatedConfig> open) {
        ReplicatedConfig sealed = open.apply(
                (view, past) -> activation.activate(new OpenedView(view, sealing), new OpenedHistory(past, sealing)));
        for (StoredResource stored : sealed.current().resources().values()) {
            Optional<String> objection = sealing.objection(stored);
            if (objection.isPresent()) {
                sealed.close();
                throw new IllegalArgumentException("--encryption-key-file: in the data directory " + objection.get()
                        + " (expected: a line with that key)");
            }
        }
        return new SealedConfig(sealed, sealing);
    }

    private ConfigView opened(ConfigView view) {
        return new OpenedView(view, sealing);
    }

    @Override
    public ConfigView current() {
        return opened(sealed.current());
    }

    @Override
    public ConfigHistory history() {
        return new OpenedHistory(sealed.history(), sealing);
    }

    @Override
    public <R> CompletionStage<SubmitResult<R>> submit(ChangePlan<R> plan, Consistency consistency) {
        return sealed.submit(view -> sealing.sealed(plan.plan(opened(view))), consistency);
    }

    @Override
    public CompletionStage<Convergence> awaitServing(Revision revision, Duration timeout) {
        return sealed.awaitServing(revision, timeout);
    }

    @Override
    public void onChange(Runnable listener) {
        sealed.onChange(listener);
    }

    @Override
    public ClusterStatus status() {
        return sealed.status();
    }

    @Override
    public boolean caughtUp() {
        return sealed.caughtUp();
    }

    @Override
    public CompletionStage<Void> stop(Duration deadline) {
        return sealed.stop(deadline);
    }

    @Override
    public void close() {
        sealed.close();
    }
}
