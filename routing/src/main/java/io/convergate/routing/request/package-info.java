/**
 * What routing sees of a request: its facts and its canonical path. Knows no HTTP library.
 */
@NullMarked
package io.convergate.routing.request;

import org.jspecify.annotations.NullMarked;
