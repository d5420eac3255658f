/**
 * The command line: load, origin, proxy, compare, gameday. Parses, prints, sets the exit code; everything else lives elsewhere.
 */
@NullMarked
package io.convergate.loadgen.main;

import org.jspecify.annotations.NullMarked;
