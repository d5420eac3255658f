package io.convergate.routing.request;

import static io.convergate.routing.request.PathNormalization.BASE;
import static io.convergate.routing.request.PathNormalization.DECODE_AND_MERGE_SLASHES;
import static io.convergate.routing.request.PathNormalization.MERGE_SLASHES;
import static io.convergate.routing.request.PathNormalization.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalPathTest {
    private static final long SEED = 20261123;
    private static final int RANDOM_PATHS = 20_000;
    private static final String REFUSED = "refused";

    /** What random paths are made of: everything that some parser gives a meaning to. */
    private static final List<String> PIECES = List.of(
            "/",
            "/",
            "/",
            "/",
            ".",
            ".",
            "..",
            "%2e",
            "%2E",
            "%2f",
            "%2F",
            "%5c",
            "\\",
            ";",
            "%3b",
            "a",
            "b",
            "A",
            "%61",
            "%41",
            "%25",
            "%",
            "%zz",
            "%00",
            "%7e",
            "~",
            "%e4%bd%a0",
            "%c0%ae",
            "%e0%80%ae",
            "?x",
            "-",
            "+",
            "%20");

    // What each of the four settings makes of a path.

    @ParameterizedTest(name = "{0}: {1}, {2}, {3}, {4}")
    @CsvSource(
            delimiter = ' ',
            value = {
                // path | NONE | BASE | MERGE_SLASHES | DECODE_AND_MERGE_SLASHES
                "/a/../admin /a/../admin /admin /admin /admin",
                "/a/b/../../admin /a/b/../../admin /admin /admin /admin",
                "/./admin /./admin /admin /admin /admin",
                "/admin/. /admin/. /admin/ /admin/ /admin/",
                "/admin/.. /admin/.. / / /",
                "/a/%2e%2e/admin /a/%2e%2e/admin /admin /admin /admin",
                "/a/.%2E/admin /a/.%2E/admin /admin /admin /admin",
                "/%2e/admin /%2e/admin /admin /admin /admin",
                "//admin //admin //admin /admin /admin",
                "///a///b/// ///a///b/// ///a///b/// /a/b/ /a/b/",
                "/a//../b /a//../b /a/b /a/b /a/b",
                "/a/..//b /a/..//b //b /b /b",
                "/a%2fadmin /a%2fadmin /a%2fadmin /a%2fadmin /a/admin",
                "/a%2Fadmin /a%2Fadmin /a%2Fadmin /a%2Fadmin /a/admin",
                "/a%5cadmin /a%5cadmin /a%5cadmin /a%5cadmin /a/admin",
                "/a%2f%2fb /a%2f%2fb /a%2f%2fb /a%2f%2fb /a/b",
                "/a\\admin /a\\admin /a/admin /a/admin /a/admin",
                "/a/%252e%252e/admin /a/%252e%252e/admin /a/%252e%252e/admin /a/%252e%252e/admin /a/%252e%252e/admin",
                "/a%252fb /a%252fb /a%252fb /a%252fb /a%252fb",
                "/%61dmin /%61dmin /admin /admin /admin",
                "/%7euser /%7euser /~user /~user /~user",
                "/a%3fb /a%3fb /a%3fb /a%3fb /a%3fb",
                "/a;x=1/admin /a;x=1/admin /a;x=1/admin /a;x=1/admin /a;x=1/admin",
                "/Admin /Admin /Admin /Admin /Admin",
                "/admin. /admin. /admin. /admin. /admin.",
                "/admin/ /admin/ /admin/ /admin/ /admin/",
                "/a/... /a/... /a/... /a/... /a/...",
                "/a/..b/.c /a/..b/.c /a/..b/.c /a/..b/.c /a/..b/.c",
                "/%e4%bd%a0 /%e4%bd%a0 /%e4%bd%a0 /%e4%bd%a0 /%e4%bd%a0",
                "/a%2f..%2fadmin refused refused refused /admin",
                "/a%2f../admin refused refused refused /admin",
                "/a/..%2fadmin refused refused refused /admin",
                "/a/..%5cadmin refused refused refused /admin",
                "/a/%2e%2e%2fadmin refused refused refused /admin",
                "/%2f../admin refused refused refused /admin",
            })
    void becomesWhatItsSettingSays(String path, String none, String base, String merged, String decoded) {
        assertThat(canonical(NONE, path)).as("NONE").isEqualTo(none);
        assertThat(canonical(BASE, path)).as("BASE").isEqualTo(base);
        assertThat(canonical(MERGE_SLASHES, path)).as("MERGE_SLASHES").isEqualTo(merged);
        assertThat(canonical(DECODE_AND_MERGE_SLASHES, path))
                .as("DECODE_AND_MERGE_SLASHES")
                .isEqualTo(decoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/..;/admin",
                "/a/..;x=1/admin",
                "/a/%2e%2e;/admin",
                "/a/.;/admin",
                "/.;x/admin",
                "/..;",
                "/../admin",
                "/a/../../admin",
                "/%2e%2e/admin",
                "/%c0%ae%c0%ae/admin",
                "/a/%c0%af/admin",
                "/%C1%9c",
                "/a/%e0%80%ae%e0%80%ae/admin",
                "/a/%e0%80%af",
                "/a/%f0%80%80%af",
                "/admin%00",
                "/admin%00.html",
                "/admin%0d%0aX:y",
                "/a%09b",
                "/a%7f",
                "/a%",
                "/a%2",
                "/a%zz",
                "/a%u002e",
                "/a%%32e",
                "/a/%2",
            })
    void isRefusedWhateverTheSetting(String path) {
        for (PathNormalization setting : PathNormalization.values()) {
            assertThatThrownBy(() -> new CanonicalPath(setting).of(path))
                    .as("%s of %s", setting, path)
                    .isInstanceOf(CanonicalPath.Refused.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void pathThatNothingHasToChangeIsTheSameInstance(PathNormalization setting) {
        for (String path : List.of(
                "/", "/a", "/a/", "/a/b.c;d=e/f", "/a%2Fb", "/a%20b", "/%e4%BD%A0", "/.well-known/x", "/a/..b")) {
            if (setting != DECODE_AND_MERGE_SLASHES || !path.contains("%2F")) {
                assertThat(new CanonicalPath(setting).of(path)).isSameAs(path);
            }
        }
    }

    @Test
    void refusalRepeatsNothingOfThePath() {
        for (String path : List.of("/secret/..;x", "/secret%zz", "/secret%00", "/../secret", "/%c0%aesecret")) {
            assertThatThrownBy(() -> new CanonicalPath(BASE).of(path))
                    .hasMessageNotContaining("secret")
                    .hasMessageNotContaining("%");
        }
    }

    @Test
    void deepPathIsResolvedInTimeThatGrowsWithItsLength() {
        String deep = "/a".repeat(50_000) + "/..".repeat(50_000) + "/end";

        assertThat(canonical(BASE, deep)).isEqualTo("/end");
    }

    // What holds for every path.

    @ParameterizedTest
    @EnumSource
    void canonicalFormOfACanonicalFormIsItself(PathNormalization setting) {
        CanonicalPath canonicalPath = new CanonicalPath(setting);
        forRandomPaths((path, seen) -> {
            String once = canonical(setting, path);
            if (!once.equals(REFUSED)) {
                assertThat(canonical(setting, once))
                        .as("%s, then %s", seen, once)
                        .isEqualTo(once);
                assertThat(canonicalPath.of(once)).as(seen).isSameAs(once);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void noDotSegmentComesOut(PathNormalization setting) {
        forRandomPaths((path, seen) -> {
            String canonical = canonical(setting, path);
            if (!canonical.equals(REFUSED)) {
                assertThat(canonical).as(seen).startsWith("/").doesNotContain("\\");
                assertThat(segmentsAsALenientServerReadsThem(canonical))
                        .as("%s -> %s", seen, canonical)
                        .doesNotContain(".", "..");
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES"})
    void noTwoSlashesComeOut(PathNormalization setting) {
        forRandomPaths(
                (path, seen) -> assertThat(canonical(setting, path)).as(seen).doesNotContain("//"));
    }

    @Test
    void noEscapedSlashComesOutOnceSlashesAreDecoded() {
        forRandomPaths((path, seen) -> assertThat(canonical(DECODE_AND_MERGE_SLASHES, path))
                .as(seen)
                .doesNotContainIgnoringCase("%2f")
                .doesNotContainIgnoringCase("%5c"));
    }

    @Test
    void withoutNormalizationAPathIsRefusedOrUntouched() {
        forRandomPaths(
                (path, seen) -> assertThat(canonical(NONE, path)).as(seen).isIn(REFUSED, path));
    }

    @Test
    void mergingIsTheBaseFormWithItsSlashesMerged() {
        forRandomPaths((path, seen) -> assertThat(canonical(MERGE_SLASHES, path))
                .as(seen)
                .isEqualTo(canonical(BASE, path).replaceAll("/+", "/")));
    }

    private static String canonical(PathNormalization setting, String path) {
        try {
            return new CanonicalPath(setting).of(path);
        } catch (CanonicalPath.Refused refused) {
            return REFUSED;
        }
    }

    /** Decodes slashes and dots, and takes parameters off. */
    private static List<String> segmentsAsALenientServerReadsThem(String path) {
        String decoded = path.replaceAll("(?i)%2e", ".").replaceAll("(?i)%2f|%5c", "/");
        return Arrays.stream(decoded.split("/", -1))
                .map(segment -> segment.replaceFirst(";.*", ""))
                .toList();
    }

    private static void forRandomPaths(BiConsumer<String, String> check) {
        Random random = new Random(SEED);
        for (int i = 0; i < RANDOM_PATHS; i++) {
            StringBuilder path = new StringBuilder("/");
            for (int piece = random.nextInt(12); piece > 0; piece--) {
                path.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            check.accept(path.toString(), "path " + i + " of seed " + SEED + ": " + path);
        }
    }
}
