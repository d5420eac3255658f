package io.convergate.routing.action;

/** What a route does with a request. */
public sealed interface Action permits Forward, Redirect, DirectResponse {
    /**
     * What happens to the headers of a response on this route, whoever made it. A destination of a {@link Forward} has its
     * own, which include these.
     */
    HeaderOperations response();
}
