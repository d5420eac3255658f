package io.convergate.routing.action;

/**
 * What a route does with a request before its action. A route has only those it asks for, in the order in which they act;
 * a request walks them.
 */
public sealed interface Filter permits Cors, RateLimits, Fault {}
