package io.convergate.node.admin;

import io.convergate.config.ClusterStatus;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.StatusReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * What monitors and load balancers ask: {@code /livez}, {@code /readyz}, {@code /metrics}, {@code /status},
 * {@code /breakers}. None of it
 * waits for anything, so a busy or isolated node still answers.
 */
final class HealthRoutes extends AllDirectives {
    private final AdminBackend backend;

    HealthRoutes(AdminBackend backend) {
        this.backend = backend;
    }

    Route routes() {
        return concat(
                path("livez", () -> get(() -> complete(Replies.text(200, "ok\n")))),
                path("readyz", () -> get(() -> extractRequest(request -> complete(readyz(request))))),
                path("metrics", () -> get(() -> complete(metrics()))),
                path("breakers", () -> get(() -> complete(Replies.json(200, breakers())))),
                path("status", () -> get(() -> complete(Replies.json(200, status())))));
    }

    private HttpResponse readyz(HttpRequest request) {
        List<String> reasons = backend.readiness().notReadyBecause();
        int status = reasons.isEmpty() ? 200 : 503;
        if (request.getHeader("Accept")
                .filter(accept -> accept.value().contains("json"))
                .isPresent()) {
            return Replies.json(status, Map.of("ready", reasons.isEmpty(), "notReadyBecause", reasons));
        }
        return Replies.text(status, reasons.isEmpty() ? "ok\n" : "not ready: " + String.join("; ", reasons) + "\n");
    }

    private HttpResponse metrics() {
        return HttpResponse.create()
                .withEntity(HttpEntities.create(
                        ContentTypes.create(MediaTypes.TEXT_PLAIN, HttpCharsets.UTF_8),
                        backend.metrics().get()));
    }

    private Map<String, Object> breakers() {
        return Map.of(
                "node", backend.nodeName(), "breakers", backend.serving().get().breakers());
    }

    private StatusReport status() {
        ClusterStatus cluster = backend.config().status();
        List<String> reasons = backend.readiness().notReadyBecause();
        AdminBackend.Serving serving = backend.serving().get();
        return new StatusReport(
                backend.nodeName(),
                backend.version(),
                cluster.held().toString(),
                reasons.isEmpty(),
                reasons,
                backend.config().current().resources().size(),
                cluster.members().stream().map(MemberViews::of).toList(),
                Conflicts.of(backend.config().current(), backend.config()).listed(),
                serving.listeners(),
                serving.leftOut(),
                serving.breakers(),
                problems(cluster, backend.explanations().problems(serving.problems())));
    }

    private static List<ProblemView> problems(ClusterStatus cluster, List<ProblemView> found) {
        if (cluster.diskTrouble().isEmpty()) {
            return found;
        }
        List<ProblemView> problems = new ArrayList<>(found);
        problems.add(0, new ProblemView("", "error", "Disk", "", cluster.diskTrouble(), 0, 0));
        return problems;
    }
}
