/**
 * Where a request can go: upstreams and their endpoints, as data. Opens no connection and resolves no name.
 */
@NullMarked
package io.convergate.routing.upstream;

import org.jspecify.annotations.NullMarked;
