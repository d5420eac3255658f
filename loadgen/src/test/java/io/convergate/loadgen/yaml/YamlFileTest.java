package io.convergate.loadgen.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlFileTest {
    private record Cup(String name, long size, double full, List<String> colours) {}

    private static Cup read(String text) throws BadYaml {
        return YamlFile.read("cup.yaml", text, document -> {
            YamlMapping cup = document.mapping();
            Cup read = new Cup(
                    cup.required("name").text(),
                    cup.get("size", value -> value.whole(1, 9), 3L),
                    cup.get("full", YamlValue::share, 0.5),
                    cup.get(
                            "colours",
                            value -> value.list(colour -> colour.oneOf(List.of("red", "green"))),
                            List.of()));
            cup.end();
            return read;
        });
    }

    @Test
    void whatIsRightIsRead() throws BadYaml {
        assertThat(read("name: mug\nsize: 7\nfull: 12.5%\ncolours: [red, green]\n"))
                .isEqualTo(new Cup("mug", 7, 0.125, List.of("red", "green")));
        assertThat(read("{name: mug, colours: red}")).isEqualTo(new Cup("mug", 3, 0.5, List.of("red")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            name: mug;sise: 7              | cup.yaml:2: sise (expected: did you mean size?)
            name: mug;weight: 7            | cup.yaml:2: weight (expected: one of colours, full, name, size)
            size: 7                        | cup.yaml:1: no name (expected: name)
            name: mug;size: 12             | cup.yaml:2: size: 12 (expected: a whole number from 1 to 9)
            name: mug;size: big            | cup.yaml:2: size: big (expected: a whole number from 1 to 9)
            name: mug;full: 120%           | cup.yaml:2: full: 120% (expected: a share from 0% to 100%, such as 12.5%)
            name: mug;full: 0.5            | cup.yaml:2: full: 0.5 (expected: a share from 0% to 100%, such as 12.5%)
            name: [mug]                    | cup.yaml:1: name: a list (expected: a text)
            name:                          | cup.yaml:1: name: nothing (expected: a text)
            name: mug;colours: [red, gren] | cup.yaml:2: colours[1]: gren (expected: did you mean green?)
            name: mug;name: cup            | cup.yaml:2: name twice (expected: each key once)
            - mug                          | cup.yaml:1: a list (expected: a mapping)
            """)
    void aMistakeHasItsLineWhatWasFoundAndWhatIsExpected(String text, String mistake) {
        assertThatThrownBy(() -> read(text.replace(';', '\n')))
                .isInstanceOfSatisfying(
                        BadYaml.class, bad -> assertThat(bad.mistakes()).containsExactly(mistake));
    }

    @Test
    void allMistakesAreToldTogether() {
        assertThatThrownBy(() -> read("name: mug\nsize: 12\nfull: 1\ncolours: [blue, red, pink]\nlid: yes\n"))
                .isInstanceOfSatisfying(
                        BadYaml.class, bad -> assertThat(bad.mistakes()).hasSize(5));
    }

    @Test
    void whatIsNoYamlIsToldWithItsLine() {
        assertThatThrownBy(() -> read("name: mug\n  size: [\n"))
                .isInstanceOf(BadYaml.class)
                .hasMessageContaining("cup.yaml:2:")
                .hasMessageEndingWith("(expected: YAML)");
        assertThatThrownBy(() -> read(""))
                .isInstanceOf(BadYaml.class)
                .hasMessageContaining("nothing (expected: a document)");
    }
}
