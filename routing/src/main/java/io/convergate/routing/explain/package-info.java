/**
 * Why a request goes where it goes: asks the tables that traffic uses, and says in words what they answer. Knows the compiled
 * tables and the resources they were made of; sends nothing and changes nothing.
 */
@NullMarked
package io.convergate.routing.explain;

import org.jspecify.annotations.NullMarked;
