/**
 * What must hold: of one answer, and over the recorded history of a run. Knows no network.
 */
@NullMarked
package io.convergate.loadgen.verify;

import org.jspecify.annotations.NullMarked;
