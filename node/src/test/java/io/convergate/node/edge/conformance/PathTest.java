package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One canonical path: whatever policy was applied to, the origin sees; and no byte changes without a reason. */
class PathTest {
    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    static List<Arguments> paths() {
        return Wire.table("paths.txt");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("paths")
    void reachesTheOriginAs(String target, String allowed) throws IOException {
        HttpMessage answer = edge.connect().exchange("GET " + Wire.spelt(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");

        List<HttpMessage> requests = edge.requestsAtOrigin();
        String seen = answer.status() == 400 && requests.isEmpty()
                ? "400"
                : requests.get(0).target();
        assertThat(Arrays.asList(allowed.split(","))).contains(seen);
    }
}
