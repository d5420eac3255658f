package io.convergate.loadgen.scenario;

import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.request.DurationText;
import io.convergate.loadgen.verify.Answered;
import io.convergate.loadgen.verify.AnswersAgree;
import io.convergate.loadgen.verify.AnswersNeverOlder;
import io.convergate.loadgen.verify.Around;
import io.convergate.loadgen.verify.Around.Edge;
import io.convergate.loadgen.verify.ChangesInOrder;
import io.convergate.loadgen.verify.ConflictsReported;
import io.convergate.loadgen.verify.ConnectionsKept;
import io.convergate.loadgen.verify.ConvergedWithin;
import io.convergate.loadgen.verify.DeletionsHold;
import io.convergate.loadgen.verify.FailuresWithin;
import io.convergate.loadgen.verify.FailuresWithin.Allowance;
import io.convergate.loadgen.verify.LatencyWithin;
import io.convergate.loadgen.verify.LimitWithin;
import io.convergate.loadgen.verify.NoWrongAnswer;
import io.convergate.loadgen.verify.NodesAgree;
import io.convergate.loadgen.verify.NothingAcknowledgedLost;
import io.convergate.loadgen.verify.Promise;
import io.convergate.loadgen.verify.ReadsMonotonic;
import io.convergate.loadgen.verify.ReadyWithin;
import io.convergate.loadgen.verify.RefusedNeverServed;
import io.convergate.loadgen.verify.UnsafeNeverTwice;
import io.convergate.loadgen.yaml.YamlMapping;
import io.convergate.loadgen.yaml.YamlValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads promises: a word, or a word with what it needs. */
final class PromiseReader {
    private static final Map<String, Promise> WORDS = new TreeMap<>(Map.ofEntries(
            Map.entry("no-wrong-answer", new NoWrongAnswer()),
            Map.entry("no-acknowledged-change-lost", new NothingAcknowledgedLost()),
            Map.entry("conflicts-reported", new ConflictsReported()),
            Map.entry("no-refused-change-served", new RefusedNeverServed()),
            Map.entry("nodes-agree", new NodesAgree()),
            Map.entry("reads-monotonic", new ReadsMonotonic()),
            Map.entry("deletions-hold", new DeletionsHold()),
            Map.entry("answers-never-older", new AnswersNeverOlder()),
            Map.entry("answers-agree", new AnswersAgree()),
            Map.entry("changes-in-order", new ChangesInOrder()),
            Map.entry("no-unsafe-request-twice", new UnsafeNeverTwice())));

    private static final Map<String, Function<YamlValue, Promise>> MAPPINGS = new TreeMap<>(Map.of(
            "failures", PromiseReader::failures,
            "latency", PromiseReader::latency,
            "converged-within", value -> new ConvergedWithin(value.parsed(DurationText::parse)),
            "connections-kept", value -> new ConnectionsKept(nameOrAll(value)),
            "limit", PromiseReader::limit,
            "ready", PromiseReader::ready,
            "answered", PromiseReader::answered));

    /** Words for every load in place of a load's name. */
    private static final String ALL = "all";

    private PromiseReader() {}

    static Promise read(YamlValue value) {
        if (value.isText()) {
            return WORDS.get(value.oneOf(List.copyOf(WORDS.keySet())));
        }
        YamlMapping mapping = value.mapping();
        String word = mapping.oneKeyOf(List.copyOf(MAPPINGS.keySet()));
        Promise promise = MAPPINGS.get(word).apply(mapping.required(word));
        mapping.end();
        return promise;
    }

    private static Promise failures(YamlValue value) {
        YamlMapping mapping = value.mapping();
        FailuresWithin promise = new FailuresWithin(
                load(mapping),
                mapping.get("of", PromiseReader::outcomes, Set.of()),
                mapping.get("allowed", allowed -> allowed.list(PromiseReader::allowance), List.of()));
        mapping.end();
        return promise;
    }

    private static Allowance allowance(YamlValue value) {
        YamlMapping mapping = value.mapping();
        Allowance allowance = new Allowance(
                outcomes(mapping.required("outcomes")),
                around(mapping),
                mapping.required("at-most").whole(0, 1_000_000_000));
        mapping.end();
        return allowance;
    }

    private static Promise latency(YamlValue value) {
        YamlMapping mapping = value.mapping();
        LatencyWithin promise = new LatencyWithin(
                mapping.required("load").text(),
                mapping.required("percentile").number(0, 100),
                mapping.required("at-most").parsed(DurationText::parse),
                mapping.get("except", list -> list.list(PromiseReader::exception), List.of()));
        mapping.end();
        return promise;
    }

    private static Around exception(YamlValue value) {
        YamlMapping mapping = value.mapping();
        Around around = around(mapping);
        mapping.end();
        return around;
    }

    private static Promise limit(YamlValue value) {
        YamlMapping mapping = value.mapping();
        LimitWithin promise = new LimitWithin(
                mapping.required("load").text(),
                mapping.required("per-second").number(0, 1e9),
                mapping.get("burst", burst -> burst.whole(0, 1_000_000_000), 0L),
                mapping.get("window", window -> window.parsed(DurationText::parse), Duration.ofSeconds(1)),
                mapping.required("tolerance").share());
        mapping.end();
        return promise;
    }

    private static Promise ready(YamlValue value) {
        YamlMapping mapping = value.mapping();
        ReadyWithin promise = new ReadyWithin(
                mapping.required("node").text(),
                mapping.required("after-end-of").text(),
                mapping.get("not-before", time -> time.parsed(DurationText::parse), Duration.ZERO),
                mapping.required("within").parsed(DurationText::parse));
        mapping.end();
        return promise;
    }

    private static Promise answered(YamlValue value) {
        YamlMapping mapping = value.mapping();
        Answered promise =
                new Answered(load(mapping), mapping.required("at-least").whole(1, 1_000_000_000));
        mapping.end();
        return promise;
    }

    /** {@code after}, {@code after-end-of} or {@code during} a fault, and how long that counts. */
    private static Around around(YamlMapping mapping) {
        Map<String, Edge> edges = Map.of("after", Edge.BEGIN, "after-end-of", Edge.END, "during", Edge.WHOLE);
        String edge = mapping.oneKeyOf(List.of("after", "after-end-of", "during"));
        String fault = mapping.required(edge).text();
        Duration grace = edge.equals("during")
                ? mapping.get("and-then", value -> value.parsed(DurationText::parse), Duration.ZERO)
                : mapping.required("within").parsed(DurationText::parse);
        return new Around(fault, edges.get(edge), grace);
    }

    private static String load(YamlMapping mapping) {
        return mapping.get("load", PromiseReader::nameOrAll, "");
    }

    private static String nameOrAll(YamlValue value) {
        return value.text().equals(ALL) ? "" : value.text();
    }

    private static Set<Outcome> outcomes(YamlValue value) {
        List<String> words = Arrays.stream(Outcome.values())
                .filter(outcome -> outcome != Outcome.OK)
                .map(Outcome::text)
                .toList();
        return Set.copyOf(value.list(item -> {
            String word = item.oneOf(words);
            return Arrays.stream(Outcome.values())
                    .filter(outcome -> outcome.text().equals(word))
                    .findFirst()
                    .orElseThrow();
        }));
    }
}
