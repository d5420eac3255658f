package io.convergate.loadgen.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** After healing every node has the same resources with the same contents, under the same revision. */
public record NodesAgree() implements Promise {
    @Override
    public String words() {
        return "all nodes have the same configuration after healing";
    }

    @Override
    public Finding judge(History history) {
        if (history.states().isEmpty()) {
            return Finding.broken(words(), "no node answered", List.of());
        }
        List<String> against = new ArrayList<>();
        history.silent().forEach(node -> against.add(node + " did not answer"));
        NodeState first = history.states().get(0);
        for (NodeState other : history.states()) {
            if (!other.revision().equals(first.revision())) {
                against.add(
                        other.node() + " serves " + other.revision() + ", " + first.node() + " " + first.revision());
            }
            against.addAll(differences(first, other));
        }
        return Finding.of(
                against.isEmpty(),
                words(),
                against.isEmpty()
                        ? "%d nodes, %d resources each, all alike"
                                .formatted(
                                        history.states().size(),
                                        first.resources().size())
                        : against.size() + " differences",
                against);
    }

    private static List<String> differences(NodeState first, NodeState other) {
        TreeSet<String> keys = new TreeSet<>(first.resources().keySet());
        keys.addAll(other.resources().keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            String one = valueOf(key, first.resources());
            String two = valueOf(key, other.resources());
            if (!Objects.equals(one, two)) {
                differences.add(key + " is " + one + " on " + first.node() + " and " + two + " on " + other.node());
            }
        }
        return differences;
    }

    private static String valueOf(String key, Map<String, String> resources) {
        return resources.getOrDefault(key, "missing");
    }
}
