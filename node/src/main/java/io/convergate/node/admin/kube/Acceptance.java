package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.routing.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether a policy or a route was taken by those that it is for: the condition {@code Accepted}, with Gateway API's reasons. */
final class Acceptance {
    private static final String ACCEPTED = "Accepted";

    /** Why a policy does not act on a target, by the codes of problems: Gateway API's reasons. */
    private static final Map<String, String> REFUSING =
            Map.of(Conditions.MISSING, "TargetNotFound", ProblemCode.CONFLICTING_POLICIES, Conditions.CONFLICTED);

    private static final Pattern TARGET = Pattern.compile("spec\\.targetRefs\\[[0-9]+]");

    private Acceptance() {}

    /**
     * A policy that acts on nothing is not accepted, for one of the reasons that Gateway API has for policies. One that acts on some of
     * its targets is, and its message says on which it does not.
     */
    static void ofPolicy(int targets, List<ProblemView> mine, ConditionList list) {
        Map<String, ProblemView> refused = new TreeMap<>();
        for (ProblemView problem : mine) {
            Matcher target = TARGET.matcher(problem.path());
            if (target.lookingAt() && REFUSING.containsKey(problem.code())) {
                refused.putIfAbsent(target.group(), problem);
            }
        }
        String message = refused.values().stream()
                .map(problem -> problem.path() + ": " + problem.message())
                .collect(Collectors.joining("; "));
        if (refused.isEmpty() || refused.size() < targets) {
            list.add(ACCEPTED, Conditions.TRUE, ACCEPTED, message);
        } else {
            String code = refused.values().iterator().next().code();
            list.add(ACCEPTED, "False", REFUSING.get(code), message);
        }
    }

    /**
     * A route is accepted if any of its parents accepts it, and its message says which do not; it is not, for the first one's reason, if
     * none does.
     */
    static void ofRoute(ArrayNode parents, ConditionList list) {
        List<String> refused = new ArrayList<>();
        String reason = "NoMatchingParent";
        boolean accepted = false;
        for (JsonNode parent : parents) {
            for (JsonNode condition : parent.path("conditions")) {
                if (condition.path("type").asText().equals(ACCEPTED)) {
                    boolean takes = condition.path("status").asText().equals("True");
                    accepted |= takes;
                    if (!takes) {
                        reason = refused.isEmpty() ? condition.path("reason").asText() : reason;
                        refused.add(refusal(parent.path("parentRef"), condition));
                    }
                }
            }
        }
        if (parents.isEmpty()) {
            refused.add("no parent is a Gateway or ListenerSet that is served here");
        }
        list.add(ACCEPTED, accepted ? "True" : "False", accepted ? ACCEPTED : reason, String.join("; ", refused));
    }

    /** What a route's parents say of a missing backend is derived from what was written; the problem tells what is served. */
    static void tellAsServed(ArrayNode parents, ProblemView missing) {
        for (JsonNode parent : parents) {
            for (JsonNode condition : parent.path("conditions")) {
                if (condition.path("reason").asText().equals(missing.code())
                        && condition instanceof ObjectNode object) {
                    object.put("message", missing.message());
                }
            }
        }
    }

    private static String refusal(JsonNode parent, JsonNode condition) {
        String message = condition.path("message").asText();
        String section = parent.path("sectionName").asText();
        return parent.path("name").asText()
                + (section.isEmpty() ? "" : "/" + section)
                + ": "
                + (message.isEmpty() ? condition.path("reason").asText() : message);
    }
}
