package io.convergate.routing.action;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRewriteTest {
    /** The table of Gateway API's HTTPPathModifier. */
    @ParameterizedTest
    @CsvSource({
        "/foo/bar, /foo, /xyz, /xyz/bar",
        "/foo/bar, /foo, /xyz/, /xyz/bar",
        "/foo, /foo, /xyz, /xyz",
        "/foo/, /foo, /xyz, /xyz/",
        "/foo/bar, /foo, '', /bar",
        "/foo/, /foo, '', /",
        "/foo, /foo, '', /",
        "/foo/, /foo, /, /",
        "/foo, /foo, /, /",
        "/bar, '', /xyz, /xyz/bar"
    })
    void matchedElementsAreReplacedWithoutDoublingSlashes(
            String path, String matched, String replacement, String rewritten) {
        assertThat(new PathRewrite.Elements(matched.length(), replacement).rewrite(path))
                .isEqualTo(rewritten);
    }
}
