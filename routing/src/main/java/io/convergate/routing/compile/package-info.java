/**
 * From resources to the tables that serve them, incrementally, keeping what works when something does not.
 */
@NullMarked
package io.convergate.routing.compile;

import org.jspecify.annotations.NullMarked;
