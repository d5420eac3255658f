package io.convergate.loadgen.scenario;

import io.convergate.loadgen.load.Wire;
import io.convergate.loadgen.request.DurationText;
import io.convergate.loadgen.scenario.Action.Harm;
import io.convergate.loadgen.scenario.Action.Rollback;
import io.convergate.loadgen.scenario.Action.ToClients;
import io.convergate.loadgen.scenario.Action.ToUpstream;
import io.convergate.loadgen.scenario.Scenario.FleetSpec;
import io.convergate.loadgen.scenario.Scenario.LoadSpec;
import io.convergate.loadgen.scenario.Scenario.Phase;
import io.convergate.loadgen.scenario.Scenario.RandomFaults;
import io.convergate.loadgen.scenario.Scenario.Step;
import io.convergate.loadgen.scenario.Scenario.WriterSpec;
import io.convergate.loadgen.verify.Around;
import io.convergate.loadgen.verify.Promise;
import io.convergate.loadgen.yaml.BadYaml;
import io.convergate.loadgen.yaml.YamlFile;
import io.convergate.loadgen.yaml.YamlMapping;
import io.convergate.loadgen.yaml.YamlValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads scenarios, strictly. */
public final class ScenarioReader {
    private static final int NODES = 3;
    private static final int NODES_MAX = 5;

    private ScenarioReader() {}

    /**
     * Reads one.
     *
     * @param file its name, for mistakes
     * @throws BadYaml with everything that is wrong
     */
    public static Scenario read(String file, String text) throws BadYaml {
        return YamlFile.read(file, text, ScenarioReader::scenario);
    }

    private static Scenario scenario(YamlValue document) {
        YamlMapping mapping = document.mapping();
        Optional<YamlValue> healingValue = mapping.optional("healing");
        Duration within = Duration.ofSeconds(60);
        Duration settle = Duration.ofSeconds(1);
        if (healingValue.isPresent()) {
            YamlMapping healing = healingValue.get().mapping();
            within = healing.get("within", ScenarioReader::duration, within);
            settle = healing.get("settle", ScenarioReader::duration, settle);
            healing.end();
        }
        Scenario scenario = new Scenario(
                mapping.required("name").text(),
                mapping.required("title").text(),
                mapping.required("promise").text().strip().replaceAll("\\s+", " "),
                mapping.get("short", YamlValue::flag, false),
                mapping.get("fleet", ScenarioReader::fleet, FleetSpec.of(NODES, List.of())),
                mapping.get("upstreams", value -> value.list(YamlValue::text), List.of("v1", "v2")),
                mapping.get("apply", value -> value.list(YamlValue::text), List.of("shop.yaml")),
                mapping.get("loads", value -> value.list(LoadReader::read), List.of()),
                mapping.get("writers", value -> value.list(ScenarioReader::writer), List.of()),
                mapping.required("phases").list(ScenarioReader::phase),
                within,
                settle,
                mapping.required("promises").list(PromiseReader::read));
        mapping.end();
        requireSense(document, scenario);
        return scenario;
    }

    private static FleetSpec fleet(YamlValue value) {
        YamlMapping mapping = value.mapping();
        FleetSpec fleet = new FleetSpec(
                mapping.get("nodes", nodes -> (int) nodes.whole(1, NODES_MAX), NODES),
                mapping.get("options", options -> options.list(YamlValue::text), List.of()),
                mapping.get("disk-mib", disk -> disk.whole(8, 4_096) << 20, 0L),
                mapping.get("clocks", YamlValue::flag, false),
                mapping.get("heap-mib", heap -> (int) heap.whole(32, 4_096), 0));
        mapping.end();
        return fleet;
    }

    private static WriterSpec writer(YamlValue value) {
        YamlMapping mapping = value.mapping();
        String name = mapping.required("name").text();
        WriterSpec writer = new WriterSpec(
                name,
                mapping.get(
                        "writes",
                        kind -> WriterSpec.Kind.of(kind.oneOf(WriterSpec.Kind.words())),
                        WriterSpec.Kind.ROUTES),
                mapping.required("per-second").number(0.01, 1_000),
                mapping.get("nodes", ScenarioReader::nodes, List.of()),
                mapping.get("resources", number -> number.whole(1, 10_000), 10L).intValue(),
                mapping.get("prefix", YamlValue::text, name),
                mapping.get("consistency", word -> word.oneOf(List.of("local", "majority")), "local"),
                mapping.get("wait", word -> word.oneOf(List.of("all"))).isPresent(),
                mapping.get("in-turn", YamlValue::flag, false),
                mapping.get("during", phases -> phases.list(YamlValue::text), List.of()),
                mapping.get("deletes", YamlValue::share, 0.0));
        mapping.end();
        if (writer.deletes() > 0
                && writer.kind() != WriterSpec.Kind.ENTRIES
                && writer.kind() != WriterSpec.Kind.ROUTES) {
            throw value.wrong("writes: routes, or entries, beside deletes");
        }
        return writer;
    }

    private static Phase phase(YamlValue value) {
        YamlMapping mapping = value.mapping();
        Phase phase = new Phase(
                mapping.required("name").text(),
                duration(mapping.required("lasts")),
                mapping.get("steps", steps -> steps.list(ScenarioReader::step), List.of()),
                mapping.get("random", ScenarioReader::random));
        mapping.end();
        for (Step step : phase.steps()) {
            if (step.at().compareTo(phase.lasts()) > 0) {
                throw value.wrong("every step within the phase, which lasts "
                        + phase.lasts().toMillis() + " ms");
            }
        }
        return phase;
    }

    private static Step step(YamlValue value) {
        YamlMapping mapping = value.mapping();
        Duration at = duration(mapping.required("at"));
        Optional<Duration> lasts = mapping.get("lasts", ScenarioReader::duration);
        Step step = new Step(at, lasts, ActionReader.read(mapping));
        mapping.end();
        return step;
    }

    private static RandomFaults random(YamlValue value) {
        YamlMapping mapping = value.mapping();
        List<Duration> pause = range(mapping.required("pause"));
        List<Duration> lasts = range(mapping.required("lasts"));
        List<Action> from = mapping.required("from").list(item -> {
            YamlMapping one = item.mapping();
            Action action = ActionReader.read(one);
            one.end();
            return action;
        });
        mapping.end();
        if (from.isEmpty() || lasts.get(0).isZero()) {
            throw value.wrong("at least one action, and a time above zero");
        }
        return new RandomFaults(pause.get(0), pause.get(1), lasts.get(0), lasts.get(1), from);
    }

    /** {@code 1s..4s}, or one time. */
    private static List<Duration> range(YamlValue value) {
        return value.parsed(text -> {
            String[] ends = text.split("\\.\\.", 2);
            List<Duration> range = List.of(DurationText.parse(ends[0]), DurationText.parse(ends[ends.length - 1]));
            if (range.get(0).compareTo(range.get(1)) > 0) {
                throw new IllegalArgumentException(text + " (expected: the shorter time first)");
            }
            return range;
        });
    }

    private static List<String> nodes(YamlValue value) {
        return value.list(name -> {
            if (!name.text().matches("node[1-9]")) {
                throw name.wrong("node1, node2 ...");
            }
            return name.text();
        });
    }

    private static Duration duration(YamlValue value) {
        return value.parsed(DurationText::parse);
    }

    /** What each part by itself cannot tell: names that name something. */
    private static void requireSense(YamlValue document, Scenario scenario) {
        if (!scenario.name().matches("[a-z0-9-]{1,60}")) {
            throw document.wrong("a name of letters, digits and hyphens");
        }
        Set<String> loads = new HashSet<>();
        scenario.loads().forEach(load -> loads.add(load.name()));
        if (loads.size() < scenario.loads().size()) {
            throw document.wrong("a name of its own for each load");
        }
        requireNodes(document, scenario);
        requirePhases(document, scenario);
        Set<String> actions = new TreeSet<>();
        scenario.actions().forEach(action -> actions.add(action.word()));
        for (Promise promise : scenario.promises()) {
            if (!promise.load().isEmpty() && !loads.contains(promise.load())) {
                throw document.wrong("promises about its own loads " + loads + ", not " + promise.load());
            }
            for (Around around : promise.around()) {
                if (!actions.contains(around.fault())) {
                    throw document.wrong("promises about what is done in it, " + actions + ", not " + around.fault());
                }
            }
        }
    }

    private static void requireNodes(YamlValue document, Scenario scenario) {
        List<String> nodes = new ArrayList<>();
        for (LoadSpec load : scenario.loads()) {
            for (String target : load.targets()) {
                if (!scenario.upstreams().contains(target)) {
                    nodes.add(target);
                }
            }
        }
        scenario.writers().forEach(writer -> nodes.addAll(writer.nodes()));
        scenario.actions().forEach(action -> {
            if (action instanceof Rollback rollback) {
                nodes.add(rollback.node());
            }
        });
        int there = scenario.fleet().nodes();
        for (String node : nodes) {
            if (!node.matches("node[1-9]") || Integer.parseInt(node.substring(4)) > there) {
                throw document.wrong("only nodes of the fleet, of which there are " + there + ", not " + node);
            }
        }
        for (LoadSpec load : scenario.loads()) {
            boolean isToNodes =
                    load.targets().isEmpty() || !scenario.upstreams().containsAll(load.targets());
            if (isToNodes && load.wire().protocol() == Wire.Protocol.HTTP_2) {
                throw document.wrong("http1 for " + load.name() + ": nodes speak no HTTP/2 yet, only upstreams do");
            }
        }
        scenario.actions()
                .flatMap(action -> action instanceof Harm harm ? harm.spoiled().stream() : Stream.empty())
                .forEach(spoiled -> {
                    if (spoiled instanceof ToUpstream to
                            && !scenario.upstreams().contains(to.label())) {
                        throw document.wrong("its own upstreams " + scenario.upstreams() + ", not " + to.label());
                    }
                    if (spoiled instanceof ToClients of
                            && scenario.load(of.load()).isEmpty()) {
                        throw document.wrong("clients of its own loads, not " + of.load());
                    }
                });
    }

    /** Rates, writers and rollbacks name phases; a rollback one that is over. */
    private static void requirePhases(YamlValue document, Scenario scenario) {
        List<String> names = scenario.phases().stream().map(Phase::name).toList();
        List<String> named = new ArrayList<>();
        for (LoadSpec load : scenario.loads()) {
            if (!load.rate().isConstant()) {
                named.addAll(load.rate().phases().keySet());
                named.remove(Rate.HEALING);
                if (!load.rate().phases().containsKey(names.get(0))) {
                    throw document.wrong("a rate of " + load.name() + " for the first phase, " + names.get(0));
                }
            }
        }
        scenario.writers().forEach(writer -> named.addAll(writer.during()));
        for (Phase phase : scenario.phases()) {
            List<String> over = names.subList(0, names.indexOf(phase.name()));
            for (Step step : phase.steps()) {
                if (step.action() instanceof Rollback rollback && !over.contains(rollback.phase())) {
                    throw document.wrong("a rollback to the end of a phase before its own, of " + over + ", not "
                            + rollback.phase());
                }
            }
        }
        for (String name : named) {
            if (!names.contains(name)) {
                throw document.wrong("its own phases " + names + ", not " + name);
            }
        }
    }
}
