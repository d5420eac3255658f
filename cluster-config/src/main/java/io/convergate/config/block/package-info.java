/**
 * What the configuration is made of: immutable blocks named by their hash, the index of a configuration as a tree of
 * pages, the root that each change adds, and how two configurations merge. Pure values: no disk, no network, no clock.
 *
 * <p>A configuration is a causal map. Each key has the versions that nobody has overwritten yet, each version stamped
 * with the dot (writer and counter) of the change that wrote it; the configuration as a whole has the version vector of
 * all changes it contains. When two merge, a version survives if both have it or if the other has never seen its dot: a
 * version that the other has seen and no longer has was overwritten or deleted there. So causality decides alone,
 * deletions need no tombstones and do not come back, an update survives a concurrent deletion, and concurrent updates
 * are both kept. (The optimised observed-remove set of Bieniusa et al., "An optimized conflict-free replicated set",
 * 2012, with several values for a key.)
 */
@NullMarked
package io.convergate.config.block;

import org.jspecify.annotations.NullMarked;
