/**
 * Text to resources: YAML and JSON, strictly, with a problem and a position for everything refused. The only package
 * that knows a parser. Knows nothing of how a route is found.
 */
@NullMarked
package io.convergate.routing.read;

import org.jspecify.annotations.NullMarked;
