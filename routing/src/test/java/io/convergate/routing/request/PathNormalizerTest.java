package io.convergate.routing.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.request.PathNormalizer.EscapedSlashes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathNormalizerTest {
    private static final PathNormalizer BASE = new PathNormalizer(PathNormalization.BASE, EscapedSlashes.KEEP);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a/b",
                "/a//b",
                "/a%2Fb",
                "/a.b/c..d",
                "/..a",
                "/a;x=1/admin",
                "/%C0%AE%C0%AE/",
                "*",
                "/Admin",
                "/a/"
            })
    void aCanonicalPathIsReturnedAsItIs(String path) {
        assertThat(BASE.normalize(path).path()).isSameAs(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/../admin, /admin",
        "/a/%2e%2e/admin, /admin",
        "/a/.%2E/admin, /admin",
        "/a/%252e%252e/, /a/%252e%252e/",
        "/a/..;/admin, /a/..;/admin",
        "/./admin, /admin",
        "/admin/., /admin/",
        "/a/b/.., /a/",
        "/a/.., /",
        "/.., ABOVE_ROOT",
        "/a/../../b, ABOVE_ROOT",
        "/%2e%2e/b, ABOVE_ROOT",
        "/a\\..\\admin, /admin",
        "\\admin, /admin",
        "/%61dmin, /admin",
        "/%7euser, /~user",
        "/a%2fadmin, /a%2Fadmin",
        "/a%5cadmin, /a%5Cadmin",
        "/%c0%ae%c0%ae/, /%C0%AE%C0%AE/",
        "/%3fx, /%3Fx",
        "/a//../b, /a/b",
        "//admin, //admin",
        "/admin%00, NUL",
        "/admin%0d%0aX:%20y, /admin%0D%0AX:%20y",
        "/a%2, MALFORMED_ESCAPE",
        "/a%, MALFORMED_ESCAPE",
        "/a%zz, MALFORMED_ESCAPE",
        "/a#b, FRAGMENT",
        "admin, NOT_ABSOLUTE",
        "/é, BAD_CHARACTER"
    })
    void baseIsWhatEnvoyDoes(String path, String expected) {
        assertThat(outcome(BASE, path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"//admin, /admin", "/a///b//, /a/b/", "/a//../b, /b", "/a%2f%2fb, /a%2F%2Fb", "/x/..//y, /y"})
    void mergingLeavesOneSlashOfSeveral(String path, String expected) {
        assertThat(outcome(new PathNormalizer(PathNormalization.MERGE_SLASHES, EscapedSlashes.KEEP), path))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"/a%2fadmin, /a/admin", "/a%5c..%2fadmin, /admin", "/a%2F%2Fb, /a/b", "/%2e%2e%2fx, ABOVE_ROOT"})
    void decodingSlashesComesBeforeDots(String path, String expected) {
        assertThat(outcome(new PathNormalizer(PathNormalization.DECODE_AND_MERGE_SLASHES, EscapedSlashes.REFUSE), path))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"/a/../b, /a/../b", "/%61, /%61", "/a%00, NUL", "\\a, NOT_ABSOLUTE", "/a%2fb, ESCAPED_SLASH"})
    void withNoneAPathStaysUnlessItIsRefused(String path, String expected) {
        assertThat(outcome(new PathNormalizer(PathNormalization.NONE, EscapedSlashes.REFUSE), path))
                .isEqualTo(expected);
    }

    @Test
    void controlCharactersAreRefused() {
        assertThat(outcome(BASE, "/a\u0000")).isEqualTo("NUL");
        assertThat(outcome(BASE, "/a\r\nb")).isEqualTo("BAD_CHARACTER");
        assertThat(outcome(BASE, "/a b")).isEqualTo("BAD_CHARACTER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/../admin", "/%61//b", "/a/%2e/b%2f", "/x/..//y"})
    void aNormalPathIsNormalAlready(String path) {
        for (PathNormalization form : PathNormalization.values()) {
            PathNormalizer normalizer = new PathNormalizer(form, EscapedSlashes.KEEP);
            String once = normalizer.normalize(path).path();
            assertThat(normalizer.normalize(once).path()).as("%s", form).isEqualTo(once);
        }
    }

    private static String outcome(PathNormalizer normalizer, String path) {
        CanonicalPath canonical = normalizer.normalize(path);
        return canonical.isRefused() ? canonical.refusal().name() : canonical.path();
    }
}
