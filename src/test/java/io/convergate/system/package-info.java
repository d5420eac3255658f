/**
 * System tests: what the product promises, seen from outside. They know its command line, its admin API and its
 * listeners, and nothing of its code.
 */
@NullMarked
package io.convergate.system;

import org.jspecify.annotations.NullMarked;
