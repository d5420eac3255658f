package io.convergate.loadgen.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * After healing every node routes by the configuration that the admin APIs tell: the last answer of each node to each route comes from the
 * write that the node says it has.
 */
public record AnswersAgree() implements Promise {
    @Override
    public String words() {
        return "after healing all nodes route alike, by what they say they have";
    }

    @Override
    public Finding judge(History history) {
        if (history.wholeNanos().isEmpty()) {
            return Finding.notJudged(words(), "they were not one cluster again");
        }
        long from = history.wholeNanos().getAsLong();
        for (ConfigWrite write : history.writes()) {
            from = write.answeredNanos() - from > 0 ? write.answeredNanos() : from;
        }
        Map<String, Map<String, Routed>> last = new HashMap<>();
        TreeSet<String> routes = new TreeSet<>();
        for (Routed answer : history.routed()) {
            routes.add(answer.resource());
            if (answer.startedNanos() - from > 0) {
                last.computeIfAbsent(answer.node(), node -> new HashMap<>()).put(answer.resource(), answer);
            }
        }
        if (routes.isEmpty()) {
            return Finding.notJudged(words(), "no answer told by which write it was routed");
        }
        List<String> against = new ArrayList<>();
        for (String node : history.nodes()) {
            Map<String, Routed> answers = last.getOrDefault(node, Map.of());
            Map<String, String> has = history.states().stream()
                    .filter(state -> state.node().equals(node))
                    .findFirst()
                    .map(NodeState::resources)
                    .orElse(Map.of());
            for (String route : routes) {
                String told = has.getOrDefault(route, "");
                Routed answer = answers.get(route);
                if (answer == null) {
                    against.add(node + " gave no answer for " + route + " after healing");
                } else if (!answer.value().equals(told)) {
                    against.add("%s %s routed %s by %s and says it has %s"
                            .formatted(
                                    history.at(answer.startedNanos()),
                                    node,
                                    route,
                                    number(answer.value()),
                                    number(told)));
                }
            }
        }
        return Finding.of(
                against.isEmpty(),
                words(),
                against.isEmpty()
                        ? "%d nodes, %d routes each".formatted(history.nodes().size(), routes.size())
                        : against.size() + " routes differ",
                against);
    }

    private static String number(String value) {
        return value.isEmpty() ? "none" : "#" + value;
    }
}
