package io.convergate.node.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.HeaderOperations.HeaderValue;
import io.convergate.routing.action.ValueTemplate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRewritingTest {
    private static HeaderValue value(String name, String template) {
        return new HeaderValue(name, ValueTemplate.parse(template));
    }

    private static List<String> applied(HeaderOperations operations, String variable, Fields fields) {
        HeaderRewriting.apply(operations, fields, any -> variable);
        return IntStream.range(0, fields.size())
                .mapToObj(i -> fields.get(i).name() + ": " + fields.get(i).value())
                .toList();
    }

    private static Fields some() {
        Fields fields = new Fields(4);
        for (String name : List.of("A", "B", "a", "C", "D")) {
            fields.add(Field.of(name, "old"));
        }
        return fields;
    }

    @Test
    void removesThenSetsThenAdds() {
        HeaderOperations operations = new HeaderOperations(
                List.of("b", "c", "absent"),
                List.of(value("a", "set"), value("c", "set")),
                List.of(value("a", "added"), value("e", "added"), value("e", "again")));

        assertThat(applied(operations, "v", some()))
                .containsExactly("D: old", "a: set", "c: set", "a: added", "e: added", "e: again");
    }

    @Test
    void noOperationsChangeNothing() {
        assertThat(applied(HeaderOperations.NONE, "v", some()))
                .containsExactly("A: old", "B: old", "a: old", "C: old", "D: old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\nInjected: y", "x\ny", "\rx", "x\0y", "x\u007fy", "\u0001\u001f"})
    void variableCannotBecomeAnotherHeader(String hostile) {
        HeaderOperations operations = new HeaderOperations(
                List.of(), List.of(value("x-set", "<%REQ(x-user)%>")), List.of(value("x-add", "%REQ(x-user)%")));

        for (String line : applied(operations, hostile, new Fields(4))) {
            assertThat(line.chars()).allMatch(c -> c >= ' ' && c != 0x7f);
        }
    }

    @Test
    void variableKeepsWhatIsHarmless() {
        HeaderOperations operations =
                new HeaderOperations(List.of(), List.of(value("x", "a\tb %PROTOCOL% 100%%")), List.of());

        assertThat(applied(operations, "c\td\u00e4", new Fields(4))).containsExactly("x: a\tb c\td\u00e4 100%");
    }

    @Test
    void variableWithoutAValueIsADash() {
        HeaderOperations operations = new HeaderOperations(List.of(), List.of(value("x", "%REQ(y)%")), List.of());

        assertThat(applied(operations, null, new Fields(4))).containsExactly("x: -");
    }
}
