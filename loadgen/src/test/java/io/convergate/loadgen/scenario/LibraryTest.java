package io.convergate.loadgen.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.verify.Answered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LibraryTest {
    private final Library library = Library.load();

    @Test
    void everyScenarioIsNamedAsItsFileAndEachNameIsThereOnce() {
        List<String> names = library.scenarios().stream().map(Scenario::name).toList();
        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(15);
        assertThat(library.pending()).extracting(Library.Pending::name).doesNotContainAnyElementsOf(names);
    }

    @Test
    void everyScenarioWithLoadPromisesThatSomethingIsAnswered() {
        assertThat(library.scenarios()).allSatisfy(scenario -> assertThat(scenario.promises())
                .as(scenario.name())
                .anyMatch(promise -> promise instanceof Answered));
    }

    @Test
    void theShortSetTakesLessThanTwoMinutesOfLoad() {
        Duration all = library.scenarios().stream()
                .filter(Scenario::isShort)
                .map(scenario -> scenario.phasesLast().plus(scenario.settle()))
                .reduce(Duration.ZERO, Duration::plus);
        assertThat(all).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(120));
    }

    /** In docs/failure-tables.md a scenario is named in backquotes with a mark before it, and a cell without one says open. */
    @Test
    void everyScenarioThatTheFailureTablesNameExistsAndEachIsNamed() throws IOException {
        String tables = Files.readString(Path.of("../docs/failure-tables.md"));
        Matcher named = Pattern.compile("scenario `([a-z0-9-]+)`").matcher(tables);
        Set<String> found = new TreeSet<>();
        while (named.find()) {
            found.add(named.group(1));
        }
        Set<String> exist = library.scenarios().stream().map(Scenario::name).collect(Collectors.toSet());
        assertThat(exist).containsAll(found);
        assertThat(found).as("scenarios that back a cell").containsAll(exist);
        Matcher pending = Pattern.compile("pending `([a-z0-9-]+)`").matcher(tables);
        Set<String> promised =
                library.pending().stream().map(Library.Pending::name).collect(Collectors.toSet());
        Set<String> listed = new TreeSet<>();
        while (pending.find()) {
            listed.add(pending.group(1));
        }
        assertThat(listed).isEqualTo(promised);
    }

    @Test
    void everyTestThatTheFailureTablesNameExists() throws IOException {
        Matcher named =
                Pattern.compile("test `(\\w+)`").matcher(Files.readString(Path.of("../docs/failure-tables.md")));
        while (named.find()) {
            assertThat(Path.of("../src/test/java/io/convergate/system", named.group(1) + ".java"))
                    .isRegularFile();
        }
    }

    /** Every row of a table that says what happens has, in each cell but the first, a scenario, a test or the word open. */
    @Test
    void everyCellOfTheFailureTablesIsBackedOrMarkedOpen() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("../docs/failure-tables.md")).stream()
                .filter(line -> line.startsWith("| **"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(5);
        for (String row : rows) {
            String[] cells = row.split("\\|");
            for (int i = 2; i < cells.length; i++) {
                assertThat(cells[i]).as(row).matches("(?s).*(scenario `|test `|open|pending `).*");
            }
        }
    }
}
