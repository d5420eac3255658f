/**
 * The replicated configuration: what a node knows, how a change is accepted, and who serves it. This package is what the
 * gateway uses; {@link io.convergate.config.ReplicatedConfig} is its door.
 *
 * <p>The packages below it, each knowing only those before it: {@code block} (immutable contents, index pages and
 * roots), {@code store} (the configuration of this node and its log on disk), {@code converge} (activation, and who
 * serves what), {@code membership} (the disposable cluster system), {@code replicate} (how changes travel).
 * No resource is interpreted here: contents are bytes, and what they mean is the business of whoever activates them.
 */
@NullMarked
package io.convergate.config;

import org.jspecify.annotations.NullMarked;
