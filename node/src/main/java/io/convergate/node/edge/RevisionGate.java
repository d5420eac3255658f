package io.convergate.node.edge;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells when a configuration is served, to requests that ask for one by {@code X-Config-At-Least}. Any thread. */
public interface RevisionGate {
    /** No listener lets requests ask. */
    RevisionGate CLOSED = new RevisionGate() {
        @Override
        public long patienceNanos(int port) {
            return 0;
        }

        @Override
        public CompletionStage<Boolean> served(String revision, long patienceNanos) {
            return CompletableFuture.completedFuture(false);
        }
    };

    /** How long requests to a Gateway's port may wait for a configuration; 0 if they cannot ask for one. Cheap. */
    long patienceNanos(int port);

    /**
     * Waits until a revision, or one that covers it, is served by this node.
     *
     * @return whether it is; false when the time is over, or at once if too many wait already
     * @throws IllegalArgumentException if that is no revision
     */
    CompletionStage<Boolean> served(String revision, long patienceNanos);
}
