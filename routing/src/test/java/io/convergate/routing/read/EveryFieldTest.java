package io.convergate.routing.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each field of each kind: a value of its type is read, one of another type and a misspelt name are refused where they stand. */
class EveryFieldTest {
    private static final SourcePosition NOWHERE = new SourcePosition(1, 1);

    @TestFactory
    Stream<DynamicTest> everyFieldIsReadAndRefusedByItsType() {
        return Kinds.ALL.stream().flatMap(kind -> Schema.of(kind).entrySet().stream()
                .filter(field -> !field.getKey().equals("spec"))
                .filter(field -> !field.getValue().equals(Schema.NOT_READ)
                        && !field.getValue().equals(Schema.WARNED_OF))
                .map(field -> dynamicTest(
                        kind.name() + " " + field.getKey(), () -> check(kind, field.getKey(), field.getValue()))));
    }

    private static void check(Kinds.Known kind, String path, String type) {
        String parent = path.substring(0, Math.max(0, path.lastIndexOf('.')));
        List<String> good = problems(kind, path, FieldsPage.sample(type));
        List<String> bad = problems(kind, path, new Tree.Sequence(List.of(), NOWHERE));

        if (!type.startsWith("one of ")) {
            assertThat(good).noneMatch(problem -> problem.endsWith(" " + path));
        } else {
            String choice = type.substring("one of ".length()).split(", ")[0];
            assertThat(problems(kind, path, new Tree.Scalar(ScalarKind.STRING, choice, NOWHERE)))
                    .noneMatch(problem -> problem.endsWith(" " + path));
            assertThat(good).contains(ProblemCode.INVALID_VALUE + " " + path);
        }
        assertThat(bad).contains(ProblemCode.WRONG_TYPE + " " + path);
        if (!parent.endsWith("*") && !path.endsWith("*")) {
            String misspelt = path.replaceAll("\\[\\]$", "") + "Zz";
            assertThat(problems(kind, misspelt, FieldsPage.sample("string")))
                    .contains(ProblemCode.UNKNOWN_FIELD + " " + misspelt);
        }
    }

    private static List<String> problems(Kinds.Known kind, String path, Tree value) {
        Problems problems = new Problems();
        Fields fields = new Fields((Tree.Mapping) FieldsPage.tree(List.of(path.split("\\.")), value), "", problems);
        kind.binder().bind(kind.apiVersions().get(0), Metadata.of("default", "x"), fields);
        fields.end();
        return problems.found().stream().map(EveryFieldTest::text).toList();
    }

    private static String text(Problem problem) {
        String at = problem.path()
                .replaceAll("\\[[0-9]+\\]", "[]")
                .replaceAll("\\[k\\]", ".*")
                .replaceAll("\\.k(?=\\.|$)", ".*");
        return problem.code() + " " + at;
    }
}
