/** Convergate. */
@NullMarked
package io.convergate.config;

import org.jspecify.annotations.NullMarked;
