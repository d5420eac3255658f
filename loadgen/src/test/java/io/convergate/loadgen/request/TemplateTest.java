package io.convergate.loadgen.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
    private static final Map<String, List<String>> LISTS = Map.of("fruit", List.of("apple", "pear"));

    private static String render(String template, long number) {
        Variables variables = new Variables(7, "run-");
        variables.begin(number, "ada-1");
        return Template.parse(template, LISTS).render(variables);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /plain                   | /plain
            /n/{{seq}}               | /n/41
            /{{ session }}/{{seq}}/x | /ada-1/41/x
            {{id}}                   | run-41
            /{{each fruit}}          | /pear
            /{{random 5..5}}         | /5
            """)
    void holesAreFilled(String template, String expected) {
        assertThat(render(template, 41)).isEqualTo(expected);
    }

    @Test
    void randomValuesComeFromTheSeedAndTheNumberAlone() {
        String template = "{{random 1..1000000}} {{uuid}} {{pick fruit}}";

        assertThat(render(template, 3)).isEqualTo(render(template, 3)).isNotEqualTo(render(template, 4));
        assertThat(render(template, 3))
                .matches("\\d+ [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} (apple|pear)");
    }

    @Test
    void randomNumbersReachBothEndsAndNoFurther() {
        assertThat(LongStream.range(0, 1_000).mapToObj(n -> render("{{random -1..1}}", n)))
                .containsOnly("-1", "0", "1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {{sequence}}      | {{sequence}} (expected: seq, random A..B, uuid, id, session, pick LIST or each LIST)
            /{{seq            | {{seq (expected: }} after {{)
            {{random 5..1}}   | random 5..1 (expected: random A..B, whole numbers, A at most B)
            {{random 5}}      | random 5 (expected: random A..B, whole numbers, A at most B)
            {{pick fruits}}   | fruits (expected: a list of this file: fruit)
            """)
    void otherHolesAreRefused(String template, String message) {
        assertThatThrownBy(() -> Template.parse(template, LISTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
