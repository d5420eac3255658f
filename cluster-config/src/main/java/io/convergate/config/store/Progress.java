package io.convergate.config.store;

import io.convergate.config.Hash;
import io.convergate.config.block.Head;
import java.util.List;
import java.util.Set;

/**
 * How far the store is with changes from elsewhere.
 *
 * @param adopted the changes among those asked for that became whole just now, and are on disk
 * @param open those that are not whole yet
 * @param missing the names of blocks that the open ones need, the first of them only
 */
public record Progress(List<Head> adopted, List<Head> open, Set<Hash> missing) {}
