/** Benchmarks: what a match and a compilation cost. Not part of the tests. */
@NullMarked
package io.convergate.routing.bench;

import org.jspecify.annotations.NullMarked;
