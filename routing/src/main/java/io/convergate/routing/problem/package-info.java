/**
 * What is wrong with a configuration, in one form for the command line, the API and the tests. Knows the key of a
 * resource and nothing else of the model.
 */
@NullMarked
package io.convergate.routing.problem;

import org.jspecify.annotations.NullMarked;
