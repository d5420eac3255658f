package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.ClientFault;
import io.convergate.loadgen.fault.Fault;
import io.convergate.loadgen.fault.LinkFault;
import io.convergate.loadgen.fault.NodeFault;
import io.convergate.loadgen.fault.PartitionFault;
import io.convergate.loadgen.fault.ResourceFault;
import io.convergate.loadgen.fault.UpstreamFault;
import io.convergate.loadgen.fault.proxy.Effect;
import io.convergate.loadgen.origin.Malformation;
import io.convergate.loadgen.origin.Misbehaviour;
import io.convergate.loadgen.request.DurationText;
import io.convergate.loadgen.scenario.Action.Harm;
import io.convergate.loadgen.scenario.Action.Join;
import io.convergate.loadgen.scenario.Action.Maker;
import io.convergate.loadgen.scenario.Action.Rollback;
import io.convergate.loadgen.scenario.Action.Spoiled;
import io.convergate.loadgen.scenario.Action.ToClients;
import io.convergate.loadgen.scenario.Action.ToUpstream;
import io.convergate.loadgen.yaml.YamlMapping;
import io.convergate.loadgen.yaml.YamlValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Reads what is done to a fleet: one word, the kind by which the timeline and promises know it too, and what it needs. Where a node
 * is named, {@code any} leaves it to chance. Node names are those of the fleet, {@code node1} and on.
 */
final class ActionReader {
    private static final int CONNECTIONS_MAX = 20_000;
    static final String ANY = "any";
    /** The least time in which Linux sends a lost segment again. */
    private static final Duration RETRANSMIT = Duration.ofMillis(200);

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private static final Map<String, Function<YamlValue, Maker>> HARMS = new TreeMap<>(Map.ofEntries(
            Map.entry("clients-flood", value -> clients(value, ClientFault.Manner.FLOOD)),
            Map.entry("clients-slow-head", value -> clients(value, ClientFault.Manner.SLOW_HEAD)),
            Map.entry("clients-slow-body", value -> clients(value, ClientFault.Manner.SLOW_BODY)),
            Map.entry("clients-slow-read", value -> clients(value, ClientFault.Manner.SLOW_READ)),
            Map.entry("full-disk", value -> onNode(value, (node, all) -> new ResourceFault.FullDisk(node))),
            Map.entry("clock-shift", ActionReader::clockShift),
            Map.entry("cpu-pressure", ActionReader::cpuPressure),
            Map.entry("memory-pressure", ActionReader::memoryPressure),
            Map.entry("kill", value -> onNode(value, (node, all) -> new NodeFault.Kill(node))),
            Map.entry("terminate", value -> onNode(value, (node, all) -> new NodeFault.Terminate(node))),
            Map.entry("pause", value -> onNode(value, (node, all) -> new NodeFault.Pause(node))),
            Map.entry("restart", value -> onNode(value, (node, all) -> new NodeFault.Restart(node, READY_WITHIN))),
            Map.entry("isolate", value -> onNode(value, PartitionFault::isolate)),
            Map.entry("mute", value -> onNode(value, PartitionFault::mute)),
            Map.entry("deafen", value -> onNode(value, PartitionFault::deafen)),
            Map.entry("cut-one-way", ActionReader::oneWay),
            Map.entry("split", ActionReader::split),
            Map.entry("bridge", ActionReader::bridge),
            Map.entry("lossy", ActionReader::lossy),
            Map.entry("upstream-die", value -> onUpstream(value, it -> new Misbehaviour.Die())),
            Map.entry("upstream-hang", value -> onUpstream(value, it -> new Misbehaviour.Hang(share(it)))),
            Map.entry("upstream-slow", value -> onUpstream(value, ActionReader::slow)),
            Map.entry("upstream-errors", value -> onUpstream(value, ActionReader::errors)),
            Map.entry("upstream-malformed", value -> onUpstream(value, ActionReader::malformed)),
            Map.entry("upstream-reset", value -> onUpstream(value, it -> new Misbehaviour.Reset(share(it)))),
            Map.entry(
                    "upstream-close-mid-body",
                    value -> onUpstream(value, it -> new Misbehaviour.CloseMidBody(share(it))))));

    private static final Map<String, Function<YamlMapping, Effect>> LINKS = new TreeMap<>(Map.of(
            "link-latency",
            ActionReader::latency,
            "link-bandwidth",
            ActionReader::bandwidth,
            "link-loss",
            ActionReader::loss,
            "link-timeout",
            mapping -> new Effect.Timeout(after(mapping)),
            "link-reset-peer",
            mapping -> new Effect.ResetPeer(after(mapping)),
            "link-limit-data",
            mapping -> new Effect.LimitData(mapping.required("bytes").whole(0, Long.MAX_VALUE))));

    private static final String JOIN = "join";
    private static final String ROLLBACK = "rollback";

    private ActionReader() {}

    /** Reads the one action among the keys of a mapping; the others are for its caller. */
    static Action read(YamlMapping mapping) {
        List<String> words = new ArrayList<>(HARMS.keySet());
        words.addAll(LINKS.keySet());
        words.addAll(List.of(JOIN, ROLLBACK));
        String word = mapping.oneKeyOf(words);
        YamlValue value = mapping.required(word);
        if (word.equals(JOIN)) {
            value.oneOf(List.of("new"));
            return new Join(word);
        }
        if (word.equals(ROLLBACK)) {
            YamlMapping rollback = value.mapping();
            String node = rollback.required("node").text();
            String phase = rollback.required("to").text();
            rollback.end();
            return new Rollback(word, node, phase);
        }
        return LINKS.containsKey(word)
                ? onLinks(word, value, LINKS.get(word))
                : new Harm(word, Optional.empty(), HARMS.get(word).apply(value));
    }

    private static Maker onNode(YamlValue value, BiFunction<String, List<String>, Fault> fault) {
        String name = nodeName(value);
        return (cast, random) -> fault.apply(cast.chosen(name, random), cast.all());
    }

    private static String nodeName(YamlValue value) {
        String name = value.text();
        if (!name.equals(ANY) && !name.matches("node[1-9]")) {
            throw value.wrong("node1, node2 ... or any");
        }
        return name;
    }

    private static Maker oneWay(YamlValue value) {
        YamlMapping mapping = value.mapping();
        String from = nodeName(mapping.required("from"));
        String to = nodeName(mapping.required("to"));
        mapping.end();
        if (from.equals(to)) {
            throw value.wrong("two nodes");
        }
        return (cast, random) -> PartitionFault.oneWay(cast.chosen(from, random), cast.chosen(to, random));
    }

    private static Maker split(YamlValue value) {
        List<String> side = value.list(ActionReader::nodeName);
        return (cast, random) -> PartitionFault.split(
                side.stream().map(name -> cast.chosen(name, random)).toList(), cast.all());
    }

    private static Maker bridge(YamlValue value) {
        YamlMapping mapping = value.mapping();
        String middle = nodeName(mapping.required("middle"));
        List<String> side = mapping.required("side").list(ActionReader::nodeName);
        mapping.end();
        return (cast, random) -> PartitionFault.bridge(middle, side, cast.all());
    }

    private static Maker lossy(YamlValue value) {
        YamlMapping mapping = value.mapping();
        String node = nodeName(mapping.required("node"));
        int percent = (int) Math.round(mapping.required("share").share() * 100);
        mapping.end();
        return (cast, random) -> PartitionFault.lossy(cast.chosen(node, random), cast.all(), percent);
    }

    private static Maker clients(YamlValue value, ClientFault.Manner manner) {
        YamlMapping mapping = value.mapping();
        String node = nodeName(mapping.required("node"));
        int connections = (int) mapping.required("connections").whole(1, CONNECTIONS_MAX);
        String path = mapping.get("path", YamlValue::text, "/");
        mapping.end();
        return (cast, random) ->
                new ClientFault(cast.chosen(node, random), manner, connections, Configurations.AUTHORITY, path);
    }

    private static Maker clockShift(YamlValue value) {
        YamlMapping mapping = value.mapping();
        String node = nodeName(mapping.required("node"));
        Duration by = mapping.required("by").parsed(DurationText::parse);
        boolean isBack = mapping.get("back", YamlValue::flag, false);
        mapping.end();
        return (cast, random) -> new ResourceFault.ClockShift(cast.chosen(node, random), isBack ? by.negated() : by);
    }

    /** Such as {@code {share: 90%}} of all processors. */
    private static Maker cpuPressure(YamlValue value) {
        YamlMapping mapping = value.mapping();
        double share = mapping.required("share").share();
        mapping.end();
        return (cast, random) -> new ResourceFault.CpuPressure(share);
    }

    private static Maker memoryPressure(YamlValue value) {
        YamlMapping mapping = value.mapping();
        int mib = (int) mapping.required("mib").whole(1, 65_536);
        mapping.end();
        return (cast, random) -> new ResourceFault.MemoryPressure(mib);
    }

    /**
     * All links between a {@code node} and the others, between an {@code upstream} and the nodes, or between the {@code clients} of a load and where
     * it goes; in both directions.
     */
    private static Harm onLinks(String word, YamlValue value, Function<YamlMapping, Effect> effect) {
        YamlMapping mapping = value.mapping();
        String where = mapping.oneKeyOf(List.of("node", "upstream", "clients"));
        YamlValue whose = mapping.required(where);
        Effect how = value.made(() -> effect.apply(mapping));
        mapping.end();
        if (where.equals("node")) {
            String node = nodeName(whose);
            return new Harm(
                    word,
                    Optional.empty(),
                    (cast, random) -> LinkFault.Between.around(cast.chosen(node, random), cast.all(), how));
        }
        Spoiled spoiled = where.equals("upstream") ? new ToUpstream(whose.text()) : new ToClients(whose.text());
        return new Harm(word, Optional.of(spoiled), (cast, random) -> new LinkFault.Through(spoiled.links(cast), how));
    }

    /** When a connection ends; if left out, when the fault does. */
    private static long after(YamlMapping mapping) {
        return mapping.get("after", value -> value.parsed(DurationText::parse), Duration.ZERO)
                .toMillis();
    }

    private static Effect latency(YamlMapping mapping) {
        Duration delay = mapping.required("delay").parsed(DurationText::parse);
        Duration jitter = mapping.get("jitter", value -> value.parsed(DurationText::parse), Duration.ZERO);
        return new Effect.Latency(delay.toMillis(), jitter.toMillis());
    }

    private static Effect bandwidth(YamlMapping mapping) {
        return new Effect.Bandwidth(mapping.required("kib-per-second").whole(1, 1_000_000));
    }

    private static Effect loss(YamlMapping mapping) {
        Duration wait = mapping.get("retransmit", value -> value.parsed(DurationText::parse), RETRANSMIT);
        return new Effect.Loss(mapping.required("share").share(), wait.toMillis());
    }

    /** The label of an upstream alone, or a mapping with it. */
    private static Maker onUpstream(YamlValue value, Function<YamlMapping, Misbehaviour> misbehaviour) {
        if (value.isText()) {
            throw value.wrong("a mapping such as {upstream: " + value.text() + "}");
        }
        YamlMapping mapping = value.mapping();
        String label = mapping.required("upstream").text();
        Misbehaviour how = value.made(() -> misbehaviour.apply(mapping));
        mapping.end();
        return (cast, random) -> new UpstreamFault(label, how);
    }

    private static Misbehaviour slow(YamlMapping mapping) {
        Duration delay = mapping.required("delay").parsed(DurationText::parse);
        Duration jitter = mapping.get("jitter", value -> value.parsed(DurationText::parse), Duration.ZERO);
        return new Misbehaviour.Slow(delay.toMillis(), jitter.toMillis(), share(mapping));
    }

    private static Misbehaviour errors(YamlMapping mapping) {
        return new Misbehaviour.Errors((int) mapping.required("status").whole(400, 599), share(mapping));
    }

    private static Misbehaviour malformed(YamlMapping mapping) {
        List<String> words =
                Arrays.stream(Malformation.values()).map(Malformation::text).toList();
        String word = mapping.required("how").oneOf(words);
        return new Misbehaviour.Malformed(Malformation.values()[words.indexOf(word)], share(mapping));
    }

    private static double share(YamlMapping mapping) {
        return mapping.get("share", YamlValue::share, 1.0);
    }
}
