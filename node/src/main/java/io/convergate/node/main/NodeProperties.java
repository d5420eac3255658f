package io.convergate.node.main;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings that are neither options nor variables but properties of the JVM: what {@code convergate-node.conf} has below {@code
 * convergate.admin}. They are bounds that hardly anybody has to change.
 */
final class NodeProperties {
    private static final String FILE = "convergate-node";
    private static final String PREFIX = "convergate.admin.";

    /** Those that Pekko takes as they are, and would complain of in words of its own. */
    private static final List<String> NUMBERS = List.of(
            "convergate.admin.dispatcher.thread-pool-executor.fixed-pool-size",
            "convergate.admin.dispatcher.thread-pool-executor.task-queue-size",
            "convergate.admin.dispatcher.throughput");

    private NodeProperties() {}

    /**
     * One of them.
     *
     * @param name of the property
     * @param unset what holds without it
     * @param about what the file says of it; empty for what is Pekko's business
     */
    record Property(String name, String unset, String about) {}

    /** All of them, in the order of the file. */
    static List<Property> all() {
        return ConfigFactory.parseResources(NodeProperties.class.getClassLoader(), FILE + ".conf").entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(PREFIX))
                .sorted(Comparator.comparingInt((Map.Entry<String, ConfigValue> entry) ->
                        entry.getValue().origin().lineNumber()))
                .map(entry -> new Property(
                        entry.getKey(),
                        String.valueOf(entry.getValue().unwrapped()),
                        String.join("", entry.getValue().origin().comments()).strip()))
                .toList();
    }

    /**
     * The configuration of the node system, with the properties of this JVM in place of what the file has.
     *
     * @throws IllegalArgumentException if a value makes no sense; the message names it
     */
    static Config load() {
        Config config = ConfigFactory.load(FILE);
        for (String name : NUMBERS) {
            if (!isPositive(config, name)) {
                throw new IllegalArgumentException("-D" + name + "="
                        + config.getValue(name).unwrapped() + " (expected: a whole number, 1 or more)");
            }
        }
        return config;
    }

    private static boolean isPositive(Config config, String name) {
        try {
            return config.getInt(name) >= 1;
        } catch (ConfigException.WrongType | ConfigException.BadValue e) {
            return false;
        }
    }

    /** What is wrong with the names of properties that this JVM was given; empty if nothing. */
    static Optional<String> mistakeAmong(Collection<String> given) {
        List<String> known = all().stream().map(Property::name).toList();
        return given.stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .sorted()
                .findFirst()
                .map(name -> "unknown setting -D" + name + " (expected: "
                        + Nearest.to(name.substring(PREFIX.length()), withoutPrefix(known))
                                .map(near -> "did you mean " + PREFIX + near + "?")
                                .orElse("one of those in docs/settings.md")
                        + ")");
    }

    private static List<String> withoutPrefix(List<String> names) {
        return names.stream().map(name -> name.substring(PREFIX.length())).toList();
    }
}
