package io.convergate.node.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.admin.api.ProblemDocument;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerGuardTest {
    private final CallerGuard guard = new CallerGuard(Set.of("admin.example.com", "*.nodes.example.com"));

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8001,           0",
        "[::1]:8001,               0",
        "localhost:8001,           0",
        "node1,                    0",
        "Admin.Example.Com,        0",
        "a.nodes.example.com,      0",
        "nodes.example.com,      421",
        "evil.example.org:8001,  421",
        "127.0.0.1.evil.example, 421"
    })
    void onlyNamesThatNoStrangerCanRegisterAreAnswered(String authority, int status) {
        assertThat(status(HttpRequest.GET("http://" + authority + "/status"))).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    Origin,         http://evil.example, 0",
        "POST,   Origin,         http://evil.example, 403",
        "POST,   Origin,         null,                403",
        "PUT,    Origin,         http://127.0.0.1,    403",
        "DELETE, Sec-Fetch-Site, cross-site,          403",
        "DELETE, Sec-Fetch-Site, same-site,           403",
        "POST,   Sec-Fetch-Site, none,                0",
        "POST,   User-Agent,     curl/8,              0"
    })
    void webPagesMayNotWrite(String method, String header, String value, int status) {
        HttpRequest request = HttpRequest.create("http://127.0.0.1:8001/apply")
                .withMethod(HttpMethods.lookup(method).orElseThrow())
                .addHeader(RawHeader.create(header, value));

        assertThat(status(request)).isEqualTo(status);
    }

    private int status(HttpRequest request) {
        return guard.objection(request, false).map(ProblemDocument::status).orElse(0);
    }
}
