package io.convergate.routing.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.problem.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnalysisTest {
    @Test
    void whatIsWrongInAFileIsSaidOnceAndNotAsIfItWereServed() {
        String yaml = TestConfig.GATEWAY + """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: a}
                spec: {hosts: [a.io], gateways: [gw], http: [{redirect: {uri: foo}}]}
                """;

        List<Problem> problems = Analysis.of(TestConfig.read(yaml), CompileSettings.of(Map.of()));

        assertThat(problems).extracting(Problem::path).containsExactly("spec.http[0].redirect.uri");
        assertThat(problems).allMatch(Problem::isError);
    }
}
