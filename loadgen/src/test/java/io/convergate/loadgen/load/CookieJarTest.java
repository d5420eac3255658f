package io.convergate.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookieJarTest {
    /** What was set by an answer to a target is sent, or not, with a request for another, some seconds later. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            a=1                              | /            | /            | 0 | a=1
            a=1                              | /shop/cart   | /shop/pay    | 0 | a=1
            a=1                              | /shop/cart?x | /shop        | 0 | a=1
            a=1                              | /shop/cart   | /shopping    | 0 |
            a=1                              | /shop/cart   | /            | 0 |
            a=1; Path=/                      | /shop/cart   | /            | 0 | a=1
            a=1; path=/shop/                 | /            | /shop/pay?y  | 0 | a=1
            a=1; path=/shop/                 | /            | /shop        | 0 |
            a=1; Path=nonsense               | /shop/cart   | /shop/x      | 0 | a=1
            a="q 1"; HttpOnly; SameSite=Lax  | /            | /            | 0 | a="q 1"
            a=1; Max-Age=5                   | /            | /            | 4 | a=1
            a=1; Max-Age=5                   | /            | /            | 5 |
            a=1; Max-Age=0                   | /            | /            | 0 |
            a=1; Max-Age=99999999999         | /            | /            | 9 | a=1
            a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT | /  | /            | 0 |
            a=1; Secure                      | /            | /            | 0 |
            a=                               | /            | /            | 0 | a=
            nonsense                         | /            | /            | 0 |
            =1                               | /            | /            | 0 |
            """)
    void aCookieGoesWhereItBelongsAsLongAsItLasts(
            String setCookie, String setBy, String target, long secondsLater, String sent) {
        CookieJar jar = new CookieJar();
        long now = System.nanoTime();

        jar.take(setCookie, setBy, now);

        assertThat(jar.header(target, false, now + TimeUnit.SECONDS.toNanos(secondsLater)))
                .isEqualTo(sent == null ? "" : sent);
    }

    @Test
    void theSameCookieIsReplacedAndAnotherPathIsAnotherOne() {
        CookieJar jar = new CookieJar();
        jar.take("a=1; Path=/", "/", 0);
        jar.take("a=2; Path=/", "/", 0);
        jar.take("a=3; Path=/deep", "/", 0);
        jar.take("b=4; Path=/; Secure", "/", 0);

        assertThat(jar.header("/deep/er", false, 0)).isEqualTo("a=3; a=2");
        assertThat(jar.header("/deep/er", true, 0)).isEqualTo("a=3; a=2; b=4");
        jar.take("a=; Path=/; Max-Age=0", "/", 0);
        assertThat(jar.header("/", true, 0)).isEqualTo("b=4");
    }

    @Test
    void itIsBounded() {
        CookieJar jar = new CookieJar();
        for (int i = 0; i < 60; i++) {
            jar.take("c" + i + "=" + i, "/", 0);
        }
        jar.take("big=" + "x".repeat(5_000), "/", 0);

        assertThat(jar.header("/", false, 0).split("; "))
                .hasSize(50)
                .startsWith("c10=10")
                .endsWith("c59=59");
    }
}
