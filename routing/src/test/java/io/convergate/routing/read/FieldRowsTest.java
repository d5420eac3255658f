package io.convergate.routing.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import io.convergate.routing.validate.ResourceValidator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each field of each kind has a row with a value that is taken and one that is not, or says why there is none. A new field
 * without a row fails, and so does a row without a field.
 */
class FieldRowsTest {
    private static final SourcePosition NOWHERE = new SourcePosition(1, 1);
    private static final String NONE = "-";

    /** Fields with values of these types fail by the type alone. */
    private static final Set<String> BY_TYPE = Set.of("mapping", "boolean", Schema.NOT_READ, Schema.WARNED_OF);

    private static final List<Row> ROWS = rows();

    /**
     * What must be said for a part to be looked at.
     *
     * @param part what paths contain
     * @param path what is said in its place
     * @param value with this value
     */
    private record Context(String part, String path, String value) {}

    private static final List<Context> CONTEXTS = List.of(
            new Context("listeners[].tls.", "listeners[].protocol", "HTTPS"),
            new Context("spec.targetRefs[].group", "spec.targetRefs[].kind", "ServiceEntry"),
            new Context("endpoints[].ports.", "ports[].name", "k"),
            new Context("Modifier.set[].", "Modifier.set[].name", "k"),
            new Context("Modifier.add[].", "Modifier.add[].name", "k"),
            new Context("path.replaceFullPath", "path.type", "ReplaceFullPath"),
            new Context("path.replacePrefixMatch", "path.type", "ReplacePrefixMatch"));

    /**
     * A row.
     *
     * @param kind the kind it is for; empty for all
     * @param path how the field's path ends
     * @param good a value that is taken
     * @param bad a value that is not
     * @param why why there is none; empty if there is
     */
    private record Row(String kind, String path, String good, String bad, String why) {
        boolean fits(Kinds.Known of, String field) {
            String own = field.startsWith("spec.") ? field.substring(5) : field;
            return (kind.isEmpty() || kind.equals(of.name()))
                    && (own.equals(path) || own.endsWith(path.startsWith(".") ? path : '.' + path));
        }
    }

    private static List<Row> rows() {
        try (InputStream file = FieldRowsTest.class.getResourceAsStream("field-rows.txt")) {
            List<Row> rows = new ArrayList<>();
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.isEmpty() && !line.startsWith("#")) {
                    String[] cells = line.split(" \\| ");
                    int space = cells[0].indexOf(' ');
                    rows.add(new Row(
                            space < 0 ? "" : cells[0].substring(0, space),
                            cells[0].substring(space + 1),
                            cells[1],
                            cells[2],
                            cells.length > 3 ? cells[3] : ""));
                }
            }
            return List.copyOf(rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyFieldHasAValueThatIsTakenAndOneThatIsNot() {
        Set<Row> used = new HashSet<>();
        List<DynamicTest> tests = new ArrayList<>();
        for (Kinds.Known kind : Kinds.ALL) {
            Schema.of(kind).forEach((path, type) -> {
                if (!BY_TYPE.contains(type) && !type.startsWith("one of ")) {
                    Optional<Row> row =
                            ROWS.stream().filter(one -> one.fits(kind, path)).findFirst();
                    row.ifPresent(used::add);
                    tests.add(dynamicTest(kind.name() + " " + path, () -> {
                        assertThat(row).as("a row").isPresent();
                        check(kind, path, type, row.get());
                    }));
                }
            });
        }
        tests.add(dynamicTest(
                "every row is for a field", () -> assertThat(ROWS.stream().filter(row -> !used.contains(row)))
                        .isEmpty()));
        return tests.stream();
    }

    private static void check(Kinds.Known kind, String path, String type, Row row) {
        if (!row.good().equals(NONE)) {
            assertThat(problems(kind, path, value(row.good(), type)))
                    .as("with " + row.good())
                    .noneMatch(problem -> at(problem).equals(path));
        }
        if (row.bad().equals(NONE)) {
            assertThat(row.why()).as("why nothing is wrong").isNotEmpty();
        } else {
            List<Problem> before = row.good().equals(NONE) ? List.of() : problems(kind, path, value(row.good(), type));
            List<Problem> problems = problems(kind, path, value(row.bad(), type));
            assertThat(problems.stream().filter(problem -> !before.contains(problem)))
                    .as("with " + row.bad())
                    .anyMatch(problem -> isAbout(problem, path)
                            || !row.good().equals(NONE)
                                    && path.startsWith(at(problem))
                                    && !at(problem).isEmpty());
        }
    }

    private static boolean isAbout(Problem problem, String path) {
        String at = at(problem);
        boolean isParent = path.startsWith(at) && path.lastIndexOf('.') <= at.length() + 2;
        return at.equals(path)
                || at.equals(path.replaceFirst("\\[]$", ""))
                || isParent && !problem.code().equals(ProblemCode.MISSING_FIELD)
                || at.endsWith("].type") && path.startsWith(at.substring(0, at.length() - 4));
    }

    private static String at(Problem problem) {
        return problem.path()
                .replaceAll("\\[[0-9]+\\]", "[]")
                .replaceAll("\\[k\\]", ".*")
                .replaceAll("\\.k(?=\\.|$)", ".*");
    }

    private static List<Problem> problems(Kinds.Known kind, String path, Tree value) {
        Problems problems = new Problems();
        Tree document = FieldsPage.document(path, value);
        for (Context context : CONTEXTS) {
            if (path.contains(context.part())) {
                String there = path.substring(0, path.indexOf(context.part())) + context.path();
                Tree said = new Tree.Scalar(ScalarKind.STRING, context.value(), NOWHERE);
                document = FieldsPage.merged(document, FieldsPage.tree(List.of(there.split("\\.")), said));
            }
        }
        Fields fields = new Fields((Tree.Mapping) document, "", problems);
        Optional<? extends Resource> resource =
                kind.binder().bind(kind.apiVersions().get(0), Metadata.of("default", "x"), fields);
        List<Problem> found = new ArrayList<>(problems.found());
        resource.ifPresent(bound -> found.addAll(ResourceValidator.validate(bound)));
        return found;
    }

    private static Tree value(String written, String type) {
        String text = written.equals("''")
                ? ""
                : written.startsWith("@")
                        ? "a".repeat(Integer.parseInt(written.substring(1)))
                        : written.replaceAll("^['\"]|['\"]$", "").replace("\\n", "\n");
        boolean number = type.equals("integer")
                || type.equals("number")
                || type.equals(Schema.NUMBER_OR_TEXT) && text.matches("[0-9]+");
        ScalarKind kind = !number ? ScalarKind.STRING : text.indexOf('.') < 0 ? ScalarKind.INTEGER : ScalarKind.DECIMAL;
        return new Tree.Scalar(kind, text, NOWHERE);
    }
}
