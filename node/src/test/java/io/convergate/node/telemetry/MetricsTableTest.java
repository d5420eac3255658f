package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of metrics in {@code docs/api.md} has every metric of our own that the code makes, and no other. */
class MetricsTableTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path PAGE = Path.of("..", "docs", "api.md");
    /** A beginning of several names ends with an underscore; pages of their own have those. */
    private static final Pattern IN_CODE = Pattern.compile("\"(convergate_[a-z_]*[a-z])\"");

    private static final Pattern IN_TABLE = Pattern.compile("`(convergate_[a-z_]+)`");

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1).replaceFirst("_(total|seconds)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> made() throws IOException {
        Set<String> made = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                made.addAll(names(IN_CODE, Files.readString(file)));
            }
        }
        return made;
    }

    private static String table() throws IOException {
        return Files.readString(PAGE)
                .lines()
                .filter(line -> line.startsWith("| `convergate_"))
                .map(line -> line.split("\\|", -1)[1])
                .collect(Collectors.joining("\n"));
    }

    @Test
    void everyMetricHasARowAndEveryRowIsAMetric() throws IOException {
        assertThat(names(IN_TABLE, table())).containsExactlyInAnyOrderElementsOf(made());
    }
}
