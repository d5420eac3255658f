/**
 * Scenarios: what they say ({@link io.convergate.loadgen.scenario.Scenario}), reading them, running them ({@link
 * io.convergate.loadgen.scenario.ScenarioRun}), and the library of them that gameday runs. Judges nothing itself: that is {@code verify}.
 */
@NullMarked
package io.convergate.loadgen.scenario;

import org.jspecify.annotations.NullMarked;
