package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/configuration.md} has a row for each option of {@code node}, with its default, and for no other. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(--[a-z-]+)[^|]*(?:\\\\\\|[^|]*)*\\| ([^|]*) \\|", Pattern.MULTILINE);

    @Test
    void everyOptionHasARowWithItsDefault() throws IOException {
        Map<String, String> rows = rows();
        for (OptionSpec option : options()) {
            String name = option.longestName();
            assertThat(rows).as("rows of %s", PAGE).containsKey(name);
            if (option.defaultValue() != null) {
                assertThat(rows.get(name)).as(name).isEqualToIgnoringCase("`" + option.defaultValue() + "`");
            }
        }
    }

    @Test
    void everyRowIsAnOption() throws IOException {
        Set<String> names =
                options().stream().map(OptionSpec::longestName).collect(Collectors.toCollection(TreeSet::new));

        assertThat(names).containsAll(rows().keySet());
    }

    private static Map<String, String> rows() throws IOException {
        Matcher row = ROW.matcher(Files.readString(PAGE));
        return row.results().collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
    }

    private static Set<OptionSpec> options() {
        return CommandLines.of(Map.of()).getSubcommands().get("node").getCommandSpec().options().stream()
                .filter(option -> !option.hidden() && !option.usageHelp())
                .collect(Collectors.toSet());
    }
}
