package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.policy.HealthCheckPolicy;
import io.convergate.routing.model.policy.TargetRef;
import java.util.List;

/** Reads the kinds of our own group. */
final class PolicyBinder {
    private PolicyBinder() {}

    static HealthCheckPolicy bindHealthCheck(String apiVersion, Metadata metadata, Fields spec) {
        return new HealthCheckPolicy(
                apiVersion,
                metadata,
                targets(spec),
                spec.object("http", PolicyBinder::http),
                spec.object("tcp", tcp -> new HealthCheckPolicy.Tcp()),
                spec.number("port"),
                spec.duration("interval"),
                spec.duration("unhealthyInterval"),
                spec.duration("jitter"),
                spec.duration("timeout"),
                spec.integer("healthyThreshold"),
                spec.integer("unhealthyThreshold"),
                spec.choice("initialState", HealthCheckPolicy.InitialState.class),
                spec.integer("minHealthPercent"));
    }

    /** What a policy for services is for. */
    static List<TargetRef> targets(Fields spec) {
        return spec.list(
                "targetRefs",
                target -> new TargetRef(
                        target.text("group").orElse(""),
                        target.requiredText("kind"),
                        target.requiredText("name"),
                        target.text("sectionName").filter(name -> !name.isEmpty())));
    }

    private static HealthCheckPolicy.Http http(Fields http) {
        return new HealthCheckPolicy.Http(
                http.requiredText("path"),
                http.text("method"),
                http.text("host"),
                http.textMap("headers"),
                http.texts("expectedStatuses"));
    }
}
