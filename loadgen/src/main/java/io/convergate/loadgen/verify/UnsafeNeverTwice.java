package io.convergate.loadgen.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Unsafe requests (POST, PATCH) as clients sent them against what origins carried out: each once at most, each once that was answered, and
 * none that nobody sent. Istio's default retries carried payments out twice (istio#50506).
 */
public record UnsafeNeverTwice() implements Promise {
    @Override
    public String words() {
        return "every unsafe request is carried out once at most, once if it was answered, and none that nobody sent";
    }

    @Override
    public Finding judge(History history) {
        Map<String, UnsafeRequest> sent = new LinkedHashMap<>();
        history.unsafe().forEach(request -> sent.put(request.requestId(), request));
        Map<String, List<Execution>> done = new LinkedHashMap<>();
        history.executions().stream().filter(Execution::isUnsafe).forEach(execution -> done.computeIfAbsent(
                        execution.requestId(), id -> new ArrayList<>())
                .add(execution));
        List<String> against = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        long answered = sent.values().stream().filter(UnsafeRequest::isAnswered).count();
        seen.add("%,d sent, %,d of them answered; %,d carried out"
                .formatted(
                        sent.size(),
                        answered,
                        done.values().stream().mapToLong(List::size).sum()));
        boolean knowsAllSent = history.dropped().unsafe() == 0;
        boolean knowsAllDone = history.dropped().executions() == 0;
        count("carried out twice", twice(done), against, seen);
        if (knowsAllSent) {
            count("carried out and never sent", neverSent(sent, done), against, seen);
        }
        if (knowsAllDone) {
            count("answered and not carried out by who answered", notDone(sent, done), against, seen);
        }
        String words = String.join(", ", seen);
        if (!against.isEmpty()) {
            return Finding.broken(words(), words, against);
        }
        if (sent.isEmpty()) {
            return Finding.notJudged(words(), "no unsafe request was sent");
        }
        return Finding.held(words(), words, List.of())
                .lacking(history.dropped().unsafe() + history.dropped().executions(), "requests sent and carried out");
    }

    private static void count(String what, List<String> cases, List<String> against, List<String> seen) {
        if (!cases.isEmpty()) {
            against.addAll(cases);
            seen.add("%,d %s".formatted(cases.size(), what));
        }
    }

    private static List<String> twice(Map<String, List<Execution>> done) {
        return done.entrySet().stream()
                .filter(entry -> !entry.getKey().isEmpty() && entry.getValue().size() > 1)
                .map(entry -> line(entry.getValue().get(0)) + ", was carried out by "
                        + entry.getValue().stream().map(Execution::origin).toList())
                .toList();
    }

    /** One without an id is none of ours either: every load's requests carry one. */
    private static List<String> neverSent(Map<String, UnsafeRequest> sent, Map<String, List<Execution>> done) {
        return done.values().stream()
                .flatMap(List::stream)
                .filter(execution -> {
                    UnsafeRequest request = sent.get(execution.requestId());
                    return request == null || request.wasNeverSent();
                })
                .map(execution ->
                        line(execution) + ", was carried out by " + execution.origin() + ", and nobody sent it")
                .toList();
    }

    private static List<String> notDone(Map<String, UnsafeRequest> sent, Map<String, List<Execution>> done) {
        return sent.values().stream()
                .filter(UnsafeRequest::isAnswered)
                .filter(request -> done.getOrDefault(request.requestId(), List.of()).stream()
                        .noneMatch(execution -> execution.origin().equals(request.upstream())))
                .map(request -> "id %s of %s was answered by %s, whose log lacks it"
                        .formatted(request.requestId(), request.load(), request.upstream()))
                .toList();
    }

    private static String line(Execution execution) {
        String id = execution.requestId().isEmpty() ? "no id" : "id " + execution.requestId();
        return execution.method() + " " + execution.path() + ", " + id;
    }
}
