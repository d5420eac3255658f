package io.convergate.routing.match;

import io.convergate.routing.model.ResourceKey;
import java.util.Objects;
import java.util.Optional;

/**
 * What a route is called and where it comes from; for metrics, logs and explanations.
 *
 * @param name Istio's form {@code route.match}: the names of the rule and of its match, joined with a dot; empty if
 *     neither has one
 * @param rule the name of the rule alone; empty if it has none
 * @param source the resource that was bound to the host
 * @param virtualHost the host pattern under which it was chosen, such as {@code *.example.com}
 * @param port the port of the listener
 * @param statPrefix the name for statistics, if it has one of its own
 * @param writtenIn the resource that the rule is written in: a delegate, or {@code source} itself
 * @param path where in it, such as {@code spec.http[2].match[0]}; empty if no rule says it
 * @param pathTemplate the paths it takes, as {@link PathPattern#template()}; empty if that is not known
 */
public record RouteInfo(
        String name,
        String rule,
        ResourceKey source,
        String virtualHost,
        int port,
        Optional<String> statPrefix,
        ResourceKey writtenIn,
        String path,
        String pathTemplate) {
    public RouteInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(virtualHost, "virtualHost");
        Objects.requireNonNull(statPrefix, "statPrefix");
        Objects.requireNonNull(writtenIn, "writtenIn");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(pathTemplate, "pathTemplate");
    }

    /** A route that no rule says. */
    public RouteInfo(String name, ResourceKey source, String virtualHost, int port) {
        this(name, name, source, virtualHost, port, Optional.empty(), source, "", "");
    }

    /** The name for statistics: the prefix if it has one, else its name. */
    public String statName() {
        return statPrefix.orElse(name);
    }
}
