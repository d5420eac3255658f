package io.convergate.loadgen.scenario;

import io.convergate.loadgen.request.DurationText;
import io.convergate.loadgen.request.RequestFile;
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
                mapping.get("fleet", ScenarioReader::fleet, new FleetSpec(NODES, List.of(), 0, false)),
                mapping.get("upstreams", value -> value.list(YamlValue::text), List.of("v1", "v2")),
                mapping.get("apply", value -> value.list(YamlValue::text), List.of("shop.yaml")),
                mapping.get("loads", value -> value.list(ScenarioReader::load), List.of()),
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
                mapping.get("clocks", YamlValue::flag, false));
        mapping.end();
        return fleet;
    }

    private static LoadSpec load(YamlValue value) {
        YamlMapping mapping = value.mapping();
        LoadSpec load = new LoadSpec(
                mapping.required("name").text(),
                mapping.required("per-second").number(0.1, 1_000_000),
                mapping.get("connections", number -> number.whole(1, 10_000), 6L)
                        .intValue(),
                mapping.get("targets", ScenarioReader::nodes, List.of()),
                mapping.get("deadline", ScenarioReader::duration, Duration.ofSeconds(5)),
                mapping.get("resend", YamlValue::flag, false),
                RequestFile.mix(mapping.required("mix")));
        mapping.end();
        return load;
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
                mapping.get("wait", word -> word.oneOf(List.of("all"))).isPresent());
        mapping.end();
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
        List<String> targets = new ArrayList<>();
        scenario.loads().forEach(load -> targets.addAll(load.targets()));
        scenario.writers().forEach(writer -> targets.addAll(writer.nodes()));
        for (String target : targets) {
            if (Integer.parseInt(target.substring(4)) > scenario.fleet().nodes()) {
                throw document.wrong("only nodes of the fleet, of which there are "
                        + scenario.fleet().nodes() + ", not " + target);
            }
        }
        Set<String> actions = new TreeSet<>();
        for (Phase phase : scenario.phases()) {
            phase.steps().forEach(step -> actions.add(step.action().word()));
            phase.random().ifPresent(random -> random.from().forEach(action -> actions.add(action.word())));
        }
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
}
