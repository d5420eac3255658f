/**
 * The commands that talk to a running node over its admin API, and how they print its answers. Knows HTTP and JSON, and
 * nothing of what goes on inside a node.
 */
@NullMarked
package io.convergate.node.main.client;

import org.jspecify.annotations.NullMarked;
