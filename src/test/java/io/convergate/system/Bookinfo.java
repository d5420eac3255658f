package io.convergate.system;

import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.origin.Origin;
import io.convergate.system.harness.HttpConnection;
import io.convergate.system.harness.HttpConnection.Answer;
import io.convergate.system.harness.Load;
import io.convergate.system.harness.Nginx;
import io.convergate.system.harness.Template;
import io.convergate.system.harness.Upstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The services of Istio's bookinfo: running, and as configuration. The product page is nginx. */
final class Bookinfo implements AutoCloseable {
    static final String HOST = "bookinfo.test";

    /** What most loads ask for: the reviews that the weights split. */
    static final Load.Aim REVIEWS = new Load.Aim(HOST, "/reviews/1", Set.of("reviews-v1", "reviews-v3"));

    private final Map<String, Upstream> origins = new LinkedHashMap<>();
    private final Origin details = Origin.start("details");

    Bookinfo() {
        origins.put("productpage", Nginx.orOrigin("productpage"));
        for (String label : new String[] {"reviews-v1", "reviews-v2", "reviews-v3", "ratings"}) {
            origins.put(label, Upstream.of(Origin.start(label)));
        }
        origins.put("details", Upstream.of(details));
    }

    /** The ServiceEntries alone. */
    String endpoints() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        origins.forEach((label, origin) -> ports.put(label, origin.port()));
        return Template.of("endpoints.yaml", ports);
    }

    /** Everything, with all reviews from v1. */
    String everything() {
        return endpoints() + "---\n" + routes(100, 0);
    }

    /** Gateway, rules and routes, with reviews split between v1 and v3. */
    static String routes(int v1, int v3) {
        return Template.of("routes.yaml", Map.of("v1", v1, "v3", v3));
    }

    /** A ServiceEntry of no use, to be found again. */
    static String small(String name, int number) {
        return Template.of("small.yaml", Map.of("name", name, "number", number));
    }

    /** The details service, which can hold a request in flight. */
    Origin details() {
        return details;
    }

    /** Asks a node for a path of bookinfo, on a connection of its own. */
    static Answer ask(GatewayNode node, String path, String... headers) {
        try (HttpConnection connection = new HttpConnection(node.http())) {
            return connection.get(HOST, path, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(node + " does not answer " + path, e);
        }
    }

    @Override
    public void close() {
        origins.values().forEach(Upstream::close);
    }
}
