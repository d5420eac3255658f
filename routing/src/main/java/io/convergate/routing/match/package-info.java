/**
 * From a request to its route: the immutable tables that every request reads. Knows no dialect and no resource beyond
 * its key; nothing here allocates on the way of a request, except regular expressions.
 */
@NullMarked
package io.convergate.routing.match;

import org.jspecify.annotations.NullMarked;
