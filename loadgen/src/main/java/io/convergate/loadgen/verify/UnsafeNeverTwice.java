package io.convergate.loadgen.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * No unsafe request (POST, PATCH) is executed twice: each id that a client gave once reached origins once at most. Istio's
 * default retries did that to payments (istio#50506).
 */
public record UnsafeNeverTwice() implements Promise {
    @Override
    public String words() {
        return "no unsafe request is executed twice";
    }

    @Override
    public Finding judge(History history) {
        Map<String, List<Execution>> byId = new LinkedHashMap<>();
        history.executions().stream()
                .filter(execution ->
                        execution.isUnsafe() && !execution.requestId().isEmpty())
                .forEach(execution -> byId.computeIfAbsent(execution.requestId(), id -> new ArrayList<>())
                        .add(execution));
        List<String> twice = byId.values().stream()
                .filter(executions -> executions.size() > 1)
                .map(executions -> "%s %s, id %s, reached %s"
                        .formatted(
                                executions.get(0).method(),
                                executions.get(0).path(),
                                executions.get(0).requestId(),
                                executions.stream().map(Execution::origin).toList()))
                .toList();
        if (!twice.isEmpty()) {
            return Finding.broken(words(), twice.size() + " of %,d were".formatted(byId.size()), twice);
        }
        if (byId.isEmpty() || history.executionsMissed() > 0) {
            return Finding.notJudged(
                    words(),
                    byId.isEmpty()
                            ? "no unsafe request with an id reached an origin"
                            : "the logs of the origins lack " + history.executionsMissed() + " requests");
        }
        return Finding.held(words(), "%,d requests, each executed once".formatted(byId.size()), List.of());
    }
}
