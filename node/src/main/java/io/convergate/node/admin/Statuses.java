package io.convergate.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.config.ClusterStatus;
import io.convergate.config.ConfigView;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.GatewayApiStatus;
import io.convergate.routing.resolve.ResourceStatus.Address;
import io.convergate.routing.resolve.StatusFacts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Derives the status of Gateway API's resources and of Ingresses; it is shown and never stored. Remembers the last configuration, so that the
 * next look is cheap. Safe for use by any thread; one looks while the others wait.
 */
final class Statuses {
    private final ConfigParser parser;
    private final Supplier<List<Address>> addresses;
    private Configuration last = Configuration.empty(CompileSettings.ISTIO_SYSTEM);
    private Revision lastRevision = Revision.EMPTY;
    private List<Address> lastAddresses = List.of();
    private GatewayApiStatus derived = new GatewayApiStatus(last, StatusFacts.NONE);

    /** @param addresses where the cluster takes requests now */
    Statuses(ConfigParser parser, Supplier<List<Address>> addresses) {
        this.parser = parser;
        this.addresses = addresses;
    }

    /** The addresses of the nodes that are in the cluster, in their order; the same on all that agree who is. */
    static List<Address> addresses(ClusterStatus cluster) {
        return cluster.members().stream()
                .filter(member -> member.presence() != ClusterStatus.Presence.ABSENT)
                .map(member -> host(member.id().address()))
                .distinct()
                .sorted()
                .map(host -> new Address(isIp(host) ? Address.IP : Address.NAME, host))
                .toList();
    }

    private static String host(String address) {
        String host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isIp(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    }

    /** Whether resources of a group have a status. */
    static boolean has(String group) {
        return group.equals(GatewayClass.GROUP) || group.equals(Ingress.GROUP);
    }

    /** The status of each resource of a view, as JSON; empty for one that has none. Takes the time of reading what changed. */
    synchronized Function<ResourceKey, Optional<JsonNode>> of(ConfigView view) {
        Configuration now = last.become(parser.parse(view).resources());
        List<Address> reachable = addresses.get();
        if (now != last || !view.revision().equals(lastRevision) || !reachable.equals(lastAddresses)) {
            last = now;
            lastRevision = view.revision();
            lastAddresses = reachable;
            derived = new GatewayApiStatus(now, new StatusFacts(key -> written(view, key), reachable));
        }
        return this::of;
    }

    private static Optional<Instant> written(ConfigView view, ResourceKey key) {
        return view.versions(key).stream().findFirst().map(ResourceVersion::time);
    }

    private synchronized Optional<JsonNode> of(ResourceKey key) {
        Resource resource = last.resources().get(key);
        return resource == null ? Optional.empty() : derived.of(resource).map(AdminJson::tree);
    }
}
