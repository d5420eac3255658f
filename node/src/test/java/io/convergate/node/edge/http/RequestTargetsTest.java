package io.convergate.node.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.routing.request.PathNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetsTest {
    private final RequestTargets targets = new RequestTargets(PathNormalization.BASE);

    @ParameterizedTest(name = "{0} of {1} is path {2}, query {3} of {4}")
    @CsvSource(
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                // received | Host | path | query | authority | goes upstream as
                "/,a,/,-,a,/",
                "/x/y?z=1,a:81,/x/y,z=1,a:81,/x/y?z=1",
                "/x?,a,/x,``,a,/x?",
                "/x?a?b/../c,a,/x,a?b/../c,a,/x?a?b/../c",
                "/a/../b?q,a,/b,q,a,/b?q",
                "/%61,a,/a,-,a,/a",
                "/%2f,a,/%2f,-,a,/%2f",
                "//x,a,//x,-,a,//x",
                "/,-,/,-,``,/",
                "/,[::1]:8080,/,-,[::1]:8080,/",
                "/,[2001:db8::ffff:1.2.3.4],/,-,[2001:db8::ffff:1.2.3.4],/",
                "/,a_b.example,/,-,a_b.example,/",
                "http://a/x?y,a,/x,y,a,/x?y",
                "HTTP://A/x,a,/x,-,A,/x",
                "https://a:443/,a:443,/,-,a:443,/",
                "http://a,a,/,-,a,/",
                "http://a?q=1,a,/,q=1,a,/?q=1",
                "http://a/../b,a,refused,-,-,-",
                "http://a/x/../b,a,/b,-,a,/b",
                "http://a/x,-,/x,-,a,/x",
            })
    void isRead(String received, String host, String path, String query, String authority, String upstream) {
        if (path.equals("refused")) {
            assertRefused("GET", received, host);
            return;
        }
        RequestTarget target = targets.read("GET", received, host);

        assertThat(target.received()).isSameAs(received);
        assertThat(target.path()).isEqualTo(path);
        assertThat(target.query()).isEqualTo(query);
        assertThat(target.authority()).isEqualTo(authority);
        assertThat(target.forUpstream(target.path())).isEqualTo(upstream);
        assertThat(target.unchanged()).isEqualTo(received.equals(upstream));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "x",
                "*/x",
                "a:443",
                "ftp://a/",
                "http:/a",
                "http://",
                "http:///x",
                "http://u:p@a/",
                "http://a:/",
                "http://b/",
                "http://a:81/",
                "http://a b/",
                "/x#y",
                "/x?y#z",
                "/a\\b",
                "/%zz",
                "/a/%00",
                "/a/..;/b"
            })
    void isRefused(String received) {
        assertRefused("GET", received, "a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a ",
                "a b",
                "a,b",
                "a:",
                "a:0",
                "a:65536",
                "a:99999",
                "a:123456",
                "a:-1",
                "a:8x",
                ":80",
                "u@a",
                "u:p@a",
                "a/",
                "a/b",
                "a?b",
                "a#b",
                "a\\b",
                "http://a",
                "a:80:80",
                "[",
                "[]",
                "[::1",
                "::1",
                "[::1]x",
                "[::1]:",
                "[::1]:99999",
                "[:::]",
                "[::::]",
                "[1.2.3.4]",
                "[abc]",
                "[1:2]",
                "[::1%eth0]",
                "[12345::]",
                "[1:2:3:4:5:6:7:8:9]",
                "[::1]]",
                "\u00e4",
                "a\tb",
                "a\"",
                "a%41",
                "a~b",
                "a*"
            })
    void malformedHostIsRefused(String host) {
        assertRefused("GET", "/", host);
    }

    @Test
    void starIsForOptionsAlone() {
        RequestTarget target = targets.read("OPTIONS", "*", "a");

        assertThat(target.path()).isEqualTo("*");
        assertThat(target.forUpstream("*")).isEqualTo("*");
        assertRefused("GET", "*", "a");
        assertRefused("options", "*", "a");
    }

    @Test
    void untouchedTargetGoesOnAsTheSameInstance() {
        String received = "/a%2Fb/c;d?x=%zz&y";

        assertThat(targets.read("GET", received, "a").forUpstream("/a%2Fb/c;d")).isSameAs(received);
    }

    @Test
    void rewrittenPathKeepsTheQuery() {
        assertThat(targets.read("GET", "/a?x=1", "a").forUpstream("/b")).isEqualTo("/b?x=1");
        assertThat(targets.read("GET", "/a?", "a").forUpstream("/b")).isEqualTo("/b?");
        assertThat(targets.read("GET", "/a", "a").forUpstream("/b")).isEqualTo("/b");
    }

    private void assertRefused(String method, String received, String host) {
        assertThatThrownBy(() -> targets.read(method, received, host))
                .as("%s %s of %s", method, received, host)
                .isInstanceOf(RequestTargets.Refused.class);
    }
}
