package io.convergate.node.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceStateTest {
    private static final String LONG = "z".repeat(256);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "foo=1",
                "foo=1,bar=2",
                "foo=1 , \t bar=2, ",
                ",foo=1,,bar=2,",
                "foo@=1,bar=2",
                "0foo=1",
                "a_-*/b=!\"#$%&'()*+-./:;<>?@[]^_`{|}~",
                "tenant@system=x y",
                "foo=1,foo=2"
            })
    void listOfKeysAndValuesIsValid(String state) {
        assertThat(new TraceState().take(state)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "foo=",
                "=1",
                "foo =1",
                "FOO=1",
                "foo.bar=1",
                "foo=bar=baz",
                "foo=\u00e9",
                "foo=1;bar=2",
                "_foo=1",
                "foo=1,bar"
            })
    void whatIsNoListIsRefusedWhole(String state) {
        // A semicolon may stand in a value: then it is the second equals sign that is wrong.
        assertThat(new TraceState().take(state)).isFalse();
    }

    @Test
    void keysValuesAndMembersHaveBounds() {
        assertThat(new TraceState().take(LONG + "=" + LONG)).isTrue();
        assertThat(new TraceState().take(LONG + "z=1")).isFalse();
        assertThat(new TraceState().take("a=" + LONG + "z")).isFalse();
        assertThat(new TraceState().take(members(32))).isTrue();
        assertThat(new TraceState().take(members(33))).isFalse();
    }

    @Test
    void severalFieldsAreOneList() {
        TraceState state = new TraceState();

        assertThat(state.take(members(31))).isTrue();
        assertThat(state.take("x=1")).isTrue();
        assertThat(state.take("y=1")).isFalse();
    }

    private static String members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i + "=1").collect(Collectors.joining(","));
    }
}
