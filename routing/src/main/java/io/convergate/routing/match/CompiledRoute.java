package io.convergate.routing.match;

import io.convergate.routing.action.Action;
import io.convergate.routing.action.Filter;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Objects;

/**
 * What a request was matched to. Immutable. Compilations keep the instance as long as nothing about it changed.
 */
public final class CompiledRoute {
    private final RouteInfo info;
    private final List<Filter> filters;
    private final Action action;
    private final Object attachment;

    /** A route without filters. */
    public CompiledRoute(RouteInfo info, Action action, Object attachment) {
        this(info, List.of(), action, attachment);
    }

    /** @param filters what happens to a request before the action, in order */
    public CompiledRoute(RouteInfo info, List<Filter> filters, Action action, Object attachment) {
        this.info = Objects.requireNonNull(info, "info");
        this.filters = List.copyOf(filters);
        this.action = Objects.requireNonNull(action, "action");
        this.attachment = Objects.requireNonNull(attachment, "attachment");
    }

    /** Istio's form {@code route.match}; empty if neither rule nor match has a name. */
    public String name() {
        return info.name();
    }

    /** The resource that says so. */
    public ResourceKey source() {
        return info.source();
    }

    /** The host pattern under which it was chosen, such as {@code *.example.com}. */
    public String virtualHost() {
        return info.virtualHost();
    }

    /** Name, source, host and port in one. */
    public RouteInfo info() {
        return info;
    }

    /** What happens to a request before the action, in order. */
    public List<Filter> filters() {
        return filters;
    }

    /** What to do with the request. */
    public Action action() {
        return action;
    }

    /** What the compiler's route attachment function returned for it. */
    public Object attachment() {
        return attachment;
    }

    @Override
    public String toString() {
        return info.toString();
    }
}
