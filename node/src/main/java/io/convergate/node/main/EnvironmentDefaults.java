package io.convergate.node.main;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes the value of an option that the command line leaves out from the environment: {@code --admin-port} from
 * {@code CONVERGATE_ADMIN_PORT}. An empty variable counts as absent.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final String PREFIX = "CONVERGATE_";

    /** Read by the launcher or by other commands than {@code node}. */
    private static final Set<String> ELSEWHERE = Set.of(
            "CONVERGATE_JAVA_OPTS",
            "CONVERGATE_JAVA_HOME",
            "CONVERGATE_LOG_LEVEL",
            "CONVERGATE_SERVER",
            "CONVERGATE_CACERT",
            "CONVERGATE_TOKEN",
            "CONVERGATE_TOKEN_FILE",
            "CONVERGATE_CLIENT_CERT",
            "CONVERGATE_CLIENT_KEY");

    /** What Kubernetes and Docker set for a service that happens to be called {@code convergate-something}. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("CONVERGATE(_.*)?_(SERVICE_(HOST|PORT)(_.*)?|PORT_\\d+_(TCP|UDP)(_.*)?)");

    private final Map<String, String> environment;

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (argument instanceof OptionSpec option && !option.help()) {
            String value = environment.getOrDefault(variable(option.longestName()), "");
            return value.isEmpty() || isServiceLink(variable(option.longestName()), value) ? null : value;
        }
        return null;
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

    /** The variable that stands for {@code option}. */
    static String variable(String option) {
        return PREFIX + option.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Every variable that stands for one of {@code options}. */
    static Stream<String> variables(Collection<OptionSpec> options) {
        return options.stream().map(option -> variable(option.longestName()));
    }

    private static boolean isServiceLink(String name, String value) {
        return SERVICE_LINK.matcher(name).matches() || value.startsWith("tcp://") || value.startsWith("udp://");
    }
}
