/**
 * What the system tests are made with: node processes, a cluster of them, upstreams, load, an admin client and network
 * cuts. Whatever is started here is ended here, also when a test fails or the build is interrupted.
 */
@NullMarked
package io.convergate.system.harness;

import org.jspecify.annotations.NullMarked;
