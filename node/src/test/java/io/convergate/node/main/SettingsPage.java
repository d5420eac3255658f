package io.convergate.node.main;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/settings.md}: every option of {@code node} and every variable, made from the code. */
final class SettingsPage {
    private static final String HEAD = """
            # Settings

            Every option of `convergate node`, and every variable that is none, made from the code by a test. [Configuration](configuration.md) says how
            they are given, and where to begin. TIME is a whole number with `ms`, `s`, `m` or `h`; bytes are plain numbers.
            """;

    private static final String PROPERTIES = """

            ## Properties of the JVM

            Bounds of the admin API that hardly anybody has to change, given as
            `CONVERGATE_JAVA_OPTS=-Dconvergate.admin.kubernetes.watches-max=500`. One that is none, or has a wrong value, stops the start, too.

            | property | default | what it is for, when to change it, and its range |
            |---|---|---|
            """;

    /** What the letters that stand for values mean. */
    private static final Map<String, String> UNITS = Map.of(
            "A", "address",
            "A1", "addresses",
            "N", "text",
            "NAME", "names",
            "FILE", "file",
            "DIR", "directory",
            "COND", "conditions",
            "k=v", "`label=value`",
            "80=8080", "`port=port`",
            "REGION/ZONE/SUBZONE", "`region/zone/subzone`");

    private SettingsPage() {}

    /** The options of {@code node} that are for its users. */
    static List<OptionSpec> options() {
        return groups().stream().flatMap(group -> group.options().stream()).toList();
    }

    private static List<ArgGroupSpec> groups() {
        return command().argGroups();
    }

    private static CommandSpec command() {
        CommandLine root = CommandLines.of(Map.of());
        return root.getSubcommands().get("node").getCommandSpec();
    }

    /** What the code says of an option for this page. */
    static Optional<Setting> setting(OptionSpec option) {
        return option.userObject() instanceof Field field
                ? Optional.ofNullable(field.getAnnotation(Setting.class))
                : Optional.empty();
    }

    /** The page. */
    static String text() {
        StringBuilder page = new StringBuilder(HEAD);
        for (ArgGroupSpec group : groups()) {
            page.append("\n## ")
                    .append(group.heading().replace("%n", "").replaceAll(":$", ""))
                    .append(
                            "\n\n| option, variable | unit | default | range | what it does, and when to change it |\n|---|---|---|---|---|\n");
            group.options().forEach(option -> page.append(row(option)));
        }
        page.append(
                "\n## Variables that are no options\n\n| variable | read by | default | what it is for |\n|---|---|---|---|\n");
        for (OutsideSetting setting : OutsideSetting.values()) {
            page.append(row('`' + setting.variable() + '`', setting.reader(), setting.unset(), setting.about()));
        }
        page.append(PROPERTIES);
        for (NodeProperties.Property property : NodeProperties.all()) {
            if (!property.about().isEmpty()) {
                page.append(row('`' + property.name() + '`', '`' + property.unset() + '`', property.about()));
            }
        }
        return page.toString();
    }

    private static String row(OptionSpec option) {
        Optional<Setting> setting = setting(option);
        String unset = setting.map(Setting::unset).orElse("none");
        return row(
                '`' + option.longestName() + "`<br>`" + EnvironmentDefaults.variable(option.longestName()) + '`',
                unit(option),
                option.defaultValue() == null ? unset : '`' + written(option) + '`',
                range(option, setting),
                setting.map(Setting::about).orElse(String.join(" ", option.description())));
    }

    /** The default as it is written among the choices. */
    private static String written(OptionSpec option) {
        String small = option.defaultValue().toLowerCase(Locale.ROOT);
        return option.paramLabel().contains(small) ? small : option.defaultValue();
    }

    private static String row(String... cells) {
        return Stream.of(cells)
                .map(cell -> cell.strip().replaceAll("\\s*\\R\\s*", " ").replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** In what it is measured, or what else it is. */
    static String unit(OptionSpec option) {
        Class<?> type = option.auxiliaryTypes()[0];
        if (type.isEnum() && option.paramLabel().contains("|") && option.isMultiValue()) {
            return "list of choices";
        }
        if (java.util.Collection.class.isAssignableFrom(option.type()) || Map.class.isAssignableFrom(option.type())) {
            return "list of "
                    + UNITS.getOrDefault(option.paramLabel().split(",", -1)[0], option.paramLabel())
                            .replaceAll("^address$", "addresses");
        }
        if (option.longestName().contains("bytes")) {
            return "bytes";
        }
        if (option.longestName().endsWith("-port")) {
            return "port";
        }
        if (type == Duration.class) {
            return "TIME";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "switch";
        }
        if (type == int.class || type == long.class || type == Integer.class) {
            return "number";
        }
        if (type == double.class) {
            return "share";
        }
        if (type.isEnum() || option.paramLabel().contains("|")) {
            return "choice";
        }
        return UNITS.getOrDefault(option.paramLabel(), option.paramLabel());
    }

    /** What it may be; {@code -} where that is not said. */
    static String range(OptionSpec option, Optional<Setting> setting) {
        List<String> parts = new ArrayList<>();
        Class<?> type = option.auxiliaryTypes()[0];
        if (option.paramLabel().contains("|")) {
            parts.add(Stream.of(option.paramLabel().split("\\|", -1))
                    .map(choice -> '`' + choice + '`')
                    .collect(Collectors.joining(", ")));
        } else if (type.isEnum()) {
            parts.add(Stream.of(type.getEnumConstants())
                    .map(choice -> "`" + choice + '`')
                    .collect(Collectors.joining(", ")));
        } else if (type == boolean.class) {
            parts.add("`true`, `false`");
        }
        setting.ifPresent(said -> {
            if (said.most() != Long.MAX_VALUE) {
                parts.add(String.format(Locale.ROOT, "%,d to %,d", said.least(), said.most()));
            } else if (said.least() != Long.MIN_VALUE) {
                parts.add(said.least() + " or more");
            }
            if (!said.range().isEmpty()) {
                parts.add(said.range());
            }
        });
        return parts.isEmpty() ? "-" : String.join("; ", parts);
    }
}
