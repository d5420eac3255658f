package io.convergate.config.block;

import io.convergate.config.Hash;
import java.util.Optional;

/** Where blocks are found. */
@FunctionalInterface
public interface Blocks {
    /** The block of this name, if it is here. */
    Optional<Block> get(Hash hash);

    /**
     * The block of this name.
     *
     * @throws MalformedException if it is not here
     */
    default Block require(Hash hash) {
        return get(hash).orElseThrow(() -> new MalformedException("no block " + hash));
    }
}
