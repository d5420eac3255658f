/**
 * What one resource means by naming another: services, destination rules, subsets, gateways. Shared by the analysis,
 * which reports what is missing, and the compiler, which serves what is there.
 */
@NullMarked
package io.convergate.routing.resolve;

import org.jspecify.annotations.NullMarked;
