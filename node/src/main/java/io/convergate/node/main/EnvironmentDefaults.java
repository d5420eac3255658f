package io.convergate.node.main;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes the value of an option that the command line leaves out from the environment: {@code --admin-port} from
 * {@code CONVERGATE_ADMIN_PORT}, else from the file of settings. An empty variable counts as absent.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
    static final String PREFIX = "CONVERGATE_";

    /** Read by the launcher or by other commands than {@code node}. */
    private static final Set<String> ELSEWHERE =
            Stream.of(OutsideSetting.values()).map(OutsideSetting::variable).collect(Collectors.toUnmodifiableSet());

    /** What Kubernetes and Docker set for a service that happens to be called {@code convergate-something}. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("CONVERGATE(_.*)?_(SERVICE_(HOST|PORT)(_.*)?|PORT_\\d+_(TCP|UDP)(_.*)?)");

    private final Map<String, String> environment;
    private final Optional<ConfigFile> file;

    /** @param file what stands in for what the environment leaves out, too */
    EnvironmentDefaults(Map<String, String> environment, Optional<ConfigFile> file) {
        this.environment = Map.copyOf(environment);
        this.file = file;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (argument instanceof OptionSpec option && !option.help()) {
            String value = environment.getOrDefault(variable(option.longestName()), "");
            boolean given = !value.isEmpty() && !isServiceLink(variable(option.longestName()), value);
            return given ? value : fromFile(variable(option.longestName()));
        }
        return null;
    }

    private @Nullable String fromFile(String variable) {
        return file.map(lines -> lines.values().get(variable)).orElse(null);
    }

    /** Where the value of an option may come from that the command line does not have; empty if from nowhere. */
    Optional<String> source(OptionSpec option) {
        String variable = variable(option.longestName());
        return !environment.getOrDefault(variable, "").isEmpty()
                ? Optional.of(variable)
                : file.filter(lines -> lines.values().containsKey(variable))
                        .map(lines -> lines.path().toString());
    }

    /** The variables that look like settings but name no option among {@code options}, in alphabetical order. */
    List<String> unknownAmong(Collection<OptionSpec> options) {
        Set<String> known = Set.copyOf(options.stream()
                .map(option -> variable(option.longestName()))
                .distinct()
                .toList());
        return environment.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(PREFIX))
                .filter(entry -> !known.contains(entry.getKey()) && !ELSEWHERE.contains(entry.getKey()))
                .filter(entry -> !isServiceLink(entry.getKey(), entry.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** What the environment says of a setting that is no option; empty if nothing. */
    Optional<String> of(OutsideSetting setting) {
        return Optional.of(environment.getOrDefault(setting.variable(), "")).filter(value -> !value.isEmpty());
    }

    /** The variable that stands for {@code option}. */
    static String variable(String option) {
        return PREFIX + option.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The variable that was probably meant by one that there is not; what all of them begin with says nothing. */
    Optional<String> nearest(String variable, Collection<OptionSpec> options) {
        List<String> names = Stream.concat(
                        options.stream().map(option -> variable(option.longestName())), ELSEWHERE.stream())
                .map(name -> name.substring(PREFIX.length()))
                .toList();
        return Nearest.to(variable.substring(PREFIX.length()), names).map(name -> PREFIX + name);
    }

    private static boolean isServiceLink(String name, String value) {
        return SERVICE_LINK.matcher(name).matches() || value.startsWith("tcp://") || value.startsWith("udp://");
    }
}
