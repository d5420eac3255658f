/**
 * A TCP proxy that spoils the links that go through it, and its HTTP API, which is Toxiproxy's, so that its clients and its users'
 * habits work. Knows no nodes and no HTTP on the links.
 */
@NullMarked
package io.convergate.loadgen.fault.proxy;

import org.jspecify.annotations.NullMarked;
