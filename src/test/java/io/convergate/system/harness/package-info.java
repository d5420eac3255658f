/**
 * What ties loadgen's fleet, faults, origins and load to JUnit, and what only these tests need: nginx as an upstream, one connection
 * byte by byte, what was printed. Whatever is started here is ended here, also when a test fails or the build is interrupted.
 */
@NullMarked
package io.convergate.system.harness;

import org.jspecify.annotations.NullMarked;
