/**
 * The configuration of this node: what is whole here, the log on disk that keeps it, and the clock that stamps changes.
 * Everything is confined to one thread, except where it says otherwise. Knows nothing of other nodes but the heads and
 * blocks that somebody brings.
 */
@NullMarked
package io.convergate.config.store;

import org.jspecify.annotations.NullMarked;
