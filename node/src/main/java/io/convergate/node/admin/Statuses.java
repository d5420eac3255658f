package io.convergate.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.config.ConfigView;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.GatewayApiStatus;
import java.util.Optional;
import java.util.function.Function;

/**
 * Derives the status of Gateway API's resources; it is shown and never stored. Remembers the last configuration, so that the
 * next look is cheap. Safe for use by any thread; one looks while the others wait.
 */
final class Statuses {
    private final ConfigParser parser;
    private Configuration last = Configuration.empty(CompileSettings.ISTIO_SYSTEM);
    private GatewayApiStatus derived = new GatewayApiStatus(last);

    Statuses(ConfigParser parser) {
        this.parser = parser;
    }

    /** Whether resources of a group have a status. */
    static boolean has(String group) {
        return group.equals(GatewayClass.GROUP);
    }

    /** The status of each resource of a view, as JSON; empty for one that has none. Takes the time of reading what changed. */
    synchronized Function<ResourceKey, Optional<JsonNode>> of(ConfigView view) {
        Configuration now = last.become(parser.parse(view).resources());
        if (now != last) {
            last = now;
            derived = new GatewayApiStatus(now);
        }
        return this::of;
    }

    private synchronized Optional<JsonNode> of(ResourceKey key) {
        Resource resource = last.resources().get(key);
        return resource == null ? Optional.empty() : derived.of(resource).map(AdminJson::tree);
    }
}
