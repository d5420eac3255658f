package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.convergate.node.admin.kube.Conditions.Finding;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The conditions of one resource; adds to those that its kind has of its own, and leaves these as they are. Confined to one thread. */
final class ConditionList {
    private final ArrayNode conditions;
    private final long generation;
    private final Transitions.Resource transitions;

    /**
     * Adds to some conditions.
     *
     * @param generation that of the resource
     * @param transitions since when they are what they are
     */
    ConditionList(ArrayNode conditions, long generation, Transitions.Resource transitions) {
        this.conditions = conditions;
        this.generation = generation;
        this.transitions = transitions;
    }

    /** A time as conditions say it, RFC 3339 in whole seconds. */
    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    void add(String type, Finding finding) {
        add(type, finding.status(), finding.reason(), finding.message());
    }

    void add(String type, String status, String reason, String message) {
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type)) {
                return;
            }
        }
        Instant time = transitions.since(type, status);
        conditions
                .addObject()
                .put("type", type)
                .put("status", status)
                .put("observedGeneration", generation)
                .put("lastTransitionTime", time(time))
                .put("reason", reason)
                .put("message", message);
    }
}
