/**
 * {@code convergate demo}: three real nodes on this machine, small services behind them, and an example configuration.
 * Knows the product only from outside, as a user does: its command line, its admin API and its listeners.
 */
@NullMarked
package io.convergate.node.main.demo;

import org.jspecify.annotations.NullMarked;
