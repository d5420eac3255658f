package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What two gateways may not have in common; the first row of each is an older gateway. */
class GatewayConflictsTest {
    private static String gateway(String name, String spec) {
        return "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: " + name + "}\nspec: {" + spec
                + "}\n---\n";
    }

    private static String tls(String host, String secret) {
        return "servers: [{port: {number: 443, name: tls, protocol: HTTPS}, hosts: [" + host
                + "], tls: {mode: SIMPLE, credentialName: " + secret + "}}]";
    }

    @ParameterizedTest
    @CsvSource({
        "a.io, one, b.io, one, IST0138",
        "a.io, one, b.io, two,",
        "a.io, one, a.io, two, IST0145",
    })
    void certificateBelongsToOneGateway(
            String host, String secret, String otherHost, String otherSecret, @Nullable String code) {
        String yaml = gateway("a", tls(host, secret)) + gateway("b", tls(otherHost, otherSecret));
        assertThat(new ConfigurationAnalyzer("istio-system").analyze(TestConfig.parse(yaml)))
                .filteredOn(problem ->
                        problem.code().equals("IST0138") || problem.code().equals("IST0145"))
                .extracting(Problem::code)
                .isEqualTo(code == null ? List.of() : List.of(code));
    }

    @ParameterizedTest
    @CsvSource({"one, one", "one, two"})
    void oneGatewayMayUseACertificateTwice(String secret, String otherSecret) {
        String second = tls("b.io", otherSecret).replace("servers: [", "").replace("name: tls", "name: other");
        String yaml = gateway("a", tls("a.io", secret).replaceAll("]$", ", " + second));
        assertThat(new ConfigurationAnalyzer("istio-system").analyze(TestConfig.parse(yaml)))
                .extracting(Problem::code)
                .doesNotContain("IST0138");
    }
}
