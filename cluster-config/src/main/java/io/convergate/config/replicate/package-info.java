/**
 * How changes travel. Fast path: the writer sends a small change, or the root of a large one, straight to every member;
 * what a receiver lacks it pulls from a peer, a bounded batch at a time. Repair path: heads spread by Distributed Data's
 * gossip and by what members repeat about themselves, and blocks are pulled again. Blocks never travel by gossip: a
 * Distributed Data key over the frame limit would never arrive, while a pull is bounded by what the receiver asks for.
 *
 * <p>The actors here live and die with the cluster system; the {@link io.convergate.config.replicate.Replica} behind them
 * does not.
 */
@NullMarked
package io.convergate.config.replicate;

import org.jspecify.annotations.NullMarked;
