/**
 * The disposable half of a node: a Pekko cluster system that is made, joins, and is made anew when the split-brain
 * resolver has ended it. How a cluster is formed or found again without ever founding a second one, and which members
 * were known last. Knows nothing of configuration.
 */
@NullMarked
package io.convergate.config.membership;

import org.jspecify.annotations.NullMarked;
