package io.convergate.node.main;

import io.convergate.config.tls.NamedFile;
import io.convergate.config.tls.UnusableFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Settings of a node in a file: lines of {@code name = value}, where the name is that of an option without its dashes; {@code #} begins a
 * line that says nothing. The environment and the command line win over it.
 *
 * @param path where it is
 * @param values by variable, as the environment would have them
 */
record ConfigFile(Path path, Map<String, String> values) {
    private static final String OPTION = "--config";

    ConfigFile {
        values = Map.copyOf(values);
    }

    /**
     * The file that the arguments of {@code node}, or else the environment, name; empty if none does.
     *
     * @param options those that there are
     * @throws CommandFailed if it cannot be read, or a line is no setting
     */
    static Optional<ConfigFile> of(List<String> arguments, Map<String, String> environment, List<OptionSpec> options) {
        if (arguments.isEmpty() || !arguments.get(0).equals("node")) {
            return Optional.empty();
        }
        String named = environment.getOrDefault(OutsideSetting.CONFIG.variable(), "");
        for (int i = 1; i < arguments.size(); i++) {
            if (arguments.get(i).startsWith(OPTION + '=')) {
                named = arguments.get(i).substring(OPTION.length() + 1);
            } else if (arguments.get(i).equals(OPTION) && i + 1 < arguments.size()) {
                named = arguments.get(i + 1);
            }
        }
        return named.isEmpty() ? Optional.empty() : Optional.of(read(Path.of(named), options));
    }

    private static ConfigFile read(Path path, List<OptionSpec> options) {
        List<String> names = options.stream()
                .flatMap(option -> Stream.of(option.names()))
                .filter(name -> name.startsWith("--") && !name.equals(OPTION))
                .map(name -> name.substring(2))
                .toList();
        NamedFile file = NamedFile.open(OPTION, path);
        Map<String, String> values = new LinkedHashMap<>();
        try {
            int number = 0;
            for (String line :
                    new String(file.read(), StandardCharsets.UTF_8).lines().toList()) {
                number++;
                if (!line.isBlank() && !line.strip().startsWith("#")) {
                    add(file, number, line, names, values);
                }
            }
        } catch (UnusableFileException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        return new ConfigFile(path, values);
    }

    private static void add(NamedFile file, int number, String line, List<String> names, Map<String, String> values)
            throws UnusableFileException {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw file.unusable("line " + number + ": " + line.strip(), "name = value");
        }
        String name = line.substring(0, equals).strip();
        if (!names.contains(name)) {
            throw file.unusable(
                    "line " + number + ": unknown setting " + name,
                    Nearest.to(name, names)
                            .map(near -> "did you mean " + near + "?")
                            .orElse("the name of an option without its dashes, such as admin-port"));
        }
        if (values.put(
                        EnvironmentDefaults.variable("--" + name),
                        line.substring(equals + 1).strip())
                != null) {
            throw file.unusable("line " + number + ": " + name + " for the second time", "each once");
        }
    }
}
