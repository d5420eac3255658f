/**
 * What happens to a request once its route is known: forward, redirect or answer, and how headers and paths change on
 * the way. Immutable, prepared when a route is compiled.
 */
@NullMarked
package io.convergate.routing.action;

import org.jspecify.annotations.NullMarked;
