package io.convergate.loadgen.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.loadgen.yaml.BadYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestFileTest {
    @TempDir
    private Path directory;

    private RequestSet read(String text) throws IOException, BadYaml {
        Path file = directory.resolve("shop.yaml");
        Files.writeString(file, text);
        return RequestFile.read(file, Expectation.SUCCESS);
    }

    @Test
    void aMixIsRead() throws Exception {
        Files.writeString(directory.resolve("order.json"), "{}");

        RequestSet set = read("""
                lists:
                  fruit: [apple, pear]
                headers:
                  accept: text/html
                expect:
                  upstream: [v1, v2]
                mix:
                  - name: browse
                    weight: 8
                    path: /products/{{pick fruit}}
                    headers: {Accept: "*/*", x-user: "{{random 1..9}}"}
                    expect: {status: "200,404"}
                  - {method: POST, path: /orders, body-file: order.json}
                  - {method: PUT, path: /orders/1, body: '{"n":{{seq}}}'}
                  - {method: PUT, path: /big, body-size: 1000}
                  - session: shopper
                    users: 20
                    sticky: true
                    cookies: false
                    think: 500ms..2s
                    weight: 2
                    steps:
                      - path: /login
                      - path: /cart
                """);

        assertThat(set.entries())
                .extracting(RequestSet.Entry::name)
                .containsExactly("browse", "POST /orders", "PUT /orders/1", "PUT /big", "shopper");
        assertThat(set.entries()).extracting(RequestSet.Entry::weight).containsExactly(8, 1, 1, 1, 2);
        RequestSpec browse = ((RequestSet.Single) set.entries().get(0)).request();
        assertThat(browse.headers()).extracting(RequestSpec.Header::name).containsExactly("Accept", "x-user");
        assertThat(browse.expect().statuses()).isEqualTo(Statuses.parse("200,404"));
        assertThat(browse.expect().upstreams()).isEqualTo(Set.of("v1", "v2"));
        assertThat(((RequestSet.Single) set.entries().get(1)).request().body())
                .isInstanceOfSatisfying(
                        Body.Bytes.class,
                        body -> assertThat(body.bytes()).asString().isEqualTo("{}"));
        assertThat(((RequestSet.Single) set.entries().get(2)).request().body()).isInstanceOf(Body.Text.class);
        assertThat(((RequestSet.Single) set.entries().get(3)).request().body())
                .isInstanceOfSatisfying(
                        Body.Bytes.class, body -> assertThat(body.bytes()).hasSize(1000));
        RequestSet.Session session = (RequestSet.Session) set.entries().get(4);
        assertThat(session.users()).isEqualTo(20);
        assertThat(session.isSticky()).isTrue();
        assertThat(session.keepsCookies()).isFalse();
        assertThat(session.think()).isEqualTo(new Think(Duration.ofMillis(500), Duration.ofSeconds(2)));
        assertThat(session.steps()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            mix: [{pth: /a}]                            | :1: mix[0]: no path (expected: path)
            mix: [{path: /a, wieght: 2}]                | :1: mix[0]: wieght (expected: did you mean weight?)
            mix: [{path: a}]                            | (expected: a path from its slash on, visible ASCII)
            mix: [{path: /a, weight: 0}]                | :1: mix[0].weight: 0 (expected: a whole number from 1 to 1000000)
            mix: [{path: /a, method: get}]              | get (expected: a method in capitals)
            mix: [{path: "/{{nix}}"}]                   | :1: mix[0].path: {{nix}} (expected: seq, random
            mix: [{session: s, think: 2s..1s, steps: [{path: /}]}] | :1: mix[0].think: 2000ms..1000ms (expected: a time or FROM..TO, 1h at most)
            mix: [{session: s, think: 2h, steps: [{path: /}]}] | mix[0].think: 7200000ms..7200000ms (expected: a time or FROM..TO, 1h at most)
            mix: [{path: /a, body: x, body-size: 1}]    | (expected: one of body, body-size)
            mix: [{path: /a, body-file: nowhere}]       | nowhere (expected: a file that can be read, beside this one)
            mix: [{path: /a, expect: {status: 6xx}}]    | :1: mix[0].expect.status: 6xx (expected: a status such as 200
            mix: [{path: /a, expect: {sha256: abc}}]    | abc (expected: 64 lower-case hexadecimal digits)
            mix: [{path: /a, headers: {"a b": c}}]      | a b (expected: a header name, RFC 9110 5.1)
            mix: [{path: /a, headers: {content-length: 3}}] | content-length (expected: left out; it follows from the body)
            mix: []                                     | mix: an empty list (expected: at least one entry)
            mix: [{session: s, steps: []}]              | mix[0].steps: an empty list (expected: at least one entry)
            {}                                          | :1: no mix (expected: mix)
            """)
    void aMistakeHasItsFileItsLineWhatWasFoundAndWhatIsExpected(String text, String message) {
        assertThatThrownBy(() -> read(text)).isInstanceOfSatisfying(BadYaml.class, bad -> {
            List<String> mistakes = bad.mistakes();
            assertThat(mistakes).anyMatch(mistake -> mistake.contains(message));
            assertThat(mistakes).allMatch(mistake -> mistake.startsWith(directory.resolve("shop.yaml") + ":1: "));
        });
    }

    /** What another mistake, or the lack of something, must not hide; and nothing is said that only follows from them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            mix: [{path: a, wieght: 2}]         | mix[0].path: a (expected: a path from its slash on, visible ASCII) & mix[0]: wieght (expected: did you mean weight?)
            mix: [{pth: /a, weight: 0}]         | mix[0].weight: 0 (expected: a whole number from 1 to 1000000) & mix[0]: no path (expected: path) & mix[0]: pth (expected: did you mean path?)
            mix: [{method: get, path: a}, {path: b}] | mix[0].method: get (expected: a method in capitals) & mix[0].path: a (expected: a path from its slash on, visible ASCII) & mix[1].path: b (expected: a path from its slash on, visible ASCII)
            mix: [{session: s, stpes: []}]      | mix[0]: no steps (expected: steps) & mix[0]: stpes (expected: did you mean steps?)
            mix: [{session: s, usres: 3, steps: [{path: a}, {pth: /b}]}] | mix[0].steps[0].path: a (expected: a path from its slash on, visible ASCII) & mix[0].steps[1]: no path (expected: path) & mix[0].steps[1]: pth (expected: did you mean path?) & mix[0]: usres (expected: did you mean users?)
            {mix: [{path: a}], mixx: 1}         | mix[0].path: a (expected: a path from its slash on, visible ASCII) & mixx (expected: did you mean mix?)
            mix: [{path: /a, body: x, body-size: 1, expect: {sha256: abc, lenght: 3}}] | mix[0]: a mapping (expected: one of body, body-size) & mix[0].expect.sha256: abc (expected: 64 lower-case hexadecimal digits) & mix[0].expect: lenght (expected: did you mean length?)
            {lists: {fruit: [], nut: [a]}, mix: [{path: "/{{pick fruit}}"}]} | lists.fruit: an empty list (expected: at least one entry)
            mix: [{path: /a, headers: {"a b": c, content-length: 3}, nam: x}] | mix[0].headers.a b: a b (expected: a header name, RFC 9110 5.1) & mix[0].headers.content-length: content-length (expected: left out; it follows from the body) & mix[0]: nam (expected: did you mean name?)
            """)
    void allMistakesAreReportedAtOnce(String text, String mistakes) {
        String place = directory.resolve("shop.yaml") + ":1: ";
        assertThatThrownBy(() -> read(text)).isInstanceOfSatisfying(BadYaml.class, bad -> assertThat(bad.mistakes())
                .containsExactlyInAnyOrder(Arrays.stream(mistakes.split(" & "))
                        .map(mistake -> place + mistake)
                        .toArray(String[]::new)));
    }
}
