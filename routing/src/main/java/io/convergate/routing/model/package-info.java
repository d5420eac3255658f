/**
 * What a user wrote: one record per kind of resource, with no behaviour beyond its own invariants. Knows nothing of
 * files, of networks or of how a route is found.
 */
@NullMarked
package io.convergate.routing.model;

import org.jspecify.annotations.NullMarked;
