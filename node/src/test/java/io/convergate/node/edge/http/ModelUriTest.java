package io.convergate.node.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.request.PathNormalization;
import java.util.List;
import java.util.Random;
import org.apache.pekko.http.scaladsl.model.Uri;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What we put together is what Pekko HTTP's own parser would have read. */
class ModelUriTest {
    private static final long SEED = 5150;
    private static final List<String> PIECES = List.of(
            "/",
            "/",
            "/",
            "a",
            "bc",
            ".d",
            "-",
            "_",
            "~",
            "%20",
            "%2F",
            "%e4%bd%a0",
            "%41",
            "+",
            ",",
            ";x=1",
            ":",
            "@",
            "!",
            "$",
            "&",
            "'",
            "(",
            ")",
            "*",
            "=",
            "0");
    private static final String VISIBLE =
            "!\"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[]^_`abcxyz{|}~%41%e4%ff%fe%c3%28%ed%a0%80";

    private final RequestTargets targets = new RequestTargets(PathNormalization.BASE);

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/,a",
                "/,a.example:8080",
                "/,A.Example",
                "/,127.0.0.1",
                "/,127.0.0.1:81",
                "/,[::1]",
                "/,[::1]:81",
                "/,[2001:db8::1]",
                "/a/b/,a",
                "//a///b//,a",
                "/a?x=1&y=2,a",
                "/a?,a",
                "/a?x%20y=%41+b,a",
                "/%20/%2F/%e4%bd%a0,a",
                "/,a:80",
            })
    void isWhatPekkosParserReads(String received, String host) {
        assertSame(received, host);
    }

    @Test
    void isWhatPekkosParserReadsForRandomTargets() {
        Random random = new Random(SEED);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder target = new StringBuilder("/");
            for (int piece = random.nextInt(10); piece > 0; piece--) {
                target.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            if (random.nextInt(3) == 0) {
                target.append("?a=").append(PIECES.get(random.nextInt(PIECES.size())));
            }
            assertSame(target.toString(), random.nextBoolean() ? "a.example" : "a.example:8443");
        }
    }

    private void assertSame(String received, String host) {
        RequestTarget target = targets.read("GET", received, host);
        Uri ours = ModelUri.of("http", target);
        String text = "http://" + host + target.forUpstream(target.path());
        Uri pekkos = Uri.apply(
                org.parboiled2.ParserInput.apply(text),
                java.nio.charset.StandardCharsets.UTF_8,
                Uri.ParsingMode$.MODULE$.apply("relaxed"));

        String seen = received + " of " + host + ", seed " + SEED;
        assertThat(ours.path()).as(seen).isEqualTo(pekkos.path());
        assertThat(ours.rawQueryString()).as(seen).isEqualTo(pekkos.rawQueryString());
        assertThat(ours.scheme()).as(seen).isEqualTo(pekkos.scheme());
        assertThat(ours.authority().host().address())
                .as(seen)
                .isEqualToIgnoringCase(pekkos.authority().host().address());
        assertThat(ours.effectivePort()).as(seen).isEqualTo(pekkos.effectivePort());
    }

    /** What has passed the checks must not fail here: a failure would be a connection cut off. */
    @Test
    void everyTargetThatIsServedHasOne() {
        Random random = new Random(SEED);
        int served = 0;
        for (int i = 0; i < 10_000; i++) {
            StringBuilder target = new StringBuilder("/");
            for (int c = random.nextInt(20); c > 0; c--) {
                int at = random.nextInt(VISIBLE.length());
                target.append(VISIBLE, at, Math.min(VISIBLE.length(), at + 1 + random.nextInt(3)));
            }
            RequestTarget read;
            try {
                read = targets.read("GET", target.toString(), "a");
            } catch (RequestTargets.Refused refused) {
                continue;
            }
            served++;
            assertThat(ModelUri.of("http", read).toString())
                    .as("%s, %d of seed %d", target, i, SEED)
                    .startsWith("http://a/");
        }
        assertThat(served).isGreaterThan(500);
    }

    @Test
    void everyIpv6AddressThatIsServedHasOne() {
        Random random = new Random(SEED);
        String characters = "0123456789abcdefABCDEF::::....";
        int served = 0;
        for (int i = 0; i < 30_000; i++) {
            StringBuilder host = new StringBuilder("[");
            for (int c = 2 + random.nextInt(8); c > 0; c--) {
                host.append(characters.charAt(random.nextInt(characters.length())));
            }
            host.append(random.nextInt(4) == 0 ? "::]" : "]");
            RequestTarget read;
            try {
                read = targets.read("GET", "/", host.toString());
            } catch (RequestTargets.Refused refused) {
                continue;
            }
            served++;
            assertThat(ModelUri.of("http", read).toString())
                    .as("%s, %d of seed %d", host, i, SEED)
                    .startsWith("http://[");
        }
        assertThat(served).isGreaterThan(20);
    }

    @Test
    void requestWithoutAuthorityHasARelativeOne() {
        Uri uri = ModelUri.of("http", targets.read("GET", "/a/b?c", null));

        assertThat(uri.toString()).isEqualTo("/a/b?c");
        assertThat(uri.isRelative()).isTrue();
    }

    @Test
    void pathOfManySegmentsNeedsNoDeepStack() {
        RequestTarget target = targets.read("GET", "/a".repeat(4_000), "a");

        assertThat(ModelUri.of("http", target).path().toString()).isEqualTo(target.path());
    }
}
