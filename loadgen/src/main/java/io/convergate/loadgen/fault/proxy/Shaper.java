package io.convergate.loadgen.fault.proxy;

import java.util.Optional;
import java.util.function.Consumer;

/** What a toxic does to one direction of one connection. Confined to the connection's loop. */
interface Shaper {
    /** Passes a piece on: later, in smaller pieces, or only in part. Whatever is not passed on is released. */
    default void pass(Piece piece, Consumer<Piece> next) {
        next.accept(piece);
    }

    /** How it ends the connection all by itself; empty if it does not. */
    default Optional<Ending> ending() {
        return Optional.empty();
    }

    /**
     * The end of a connection in which nothing passes any more.
     *
     * @param afterMs from when the toxic met the connection; negative for never
     * @param isReset whether both sides see a reset, not an orderly end
     */
    record Ending(long afterMs, boolean isReset) {}

    /** Whether it lets nothing more through, so that the connection ends when what is under way has left. */
    default boolean isSpent() {
        return false;
    }
}
