/**
 * Activation, and who serves what: one thread that activates the newest view, a table of what each member told to hold and
 * serve, and those who wait for them. Knows no network.
 */
@NullMarked
package io.convergate.config.converge;

import org.jspecify.annotations.NullMarked;
