package io.convergate.routing.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.routing.TestConfig;
import io.convergate.routing.TestRequest;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.read.ReadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Istio's own samples, where a copy lies beside the project: {@code shared/samples/istio} in a directory above. */
class SamplesTest {
    private static Optional<Path> samples = Optional.empty();

    @BeforeAll
    static void findSamples() {
        samples = Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .map(path -> path.resolve("shared/samples/istio"))
                .filter(Files::isDirectory)
                .findFirst();
        if (samples.isEmpty()) {
            System.out.println("skipped: no shared/samples/istio in a directory above");
        }
    }

    private static String sample(String file) throws IOException {
        assumeTrue(samples.isPresent(), "no copy of Istio's samples");
        return Files.readString(samples.get().resolve(file));
    }

    @Test
    void everySampleIsAcceptedUnmodified() throws IOException {
        assumeTrue(samples.isPresent(), "no copy of Istio's samples");
        int files = 0;
        try (Stream<Path> found = Files.walk(samples.get())) {
            for (Path file : found.filter(path -> path.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                ReadResult result = TestConfig.read(Files.readString(file));
                Compilation compilation = new RouteTableCompiler(CompileSettings.of(Map.of("istio", "ingressgateway")))
                        .compile(TestConfig.parse(Files.readString(file)));

                assertThat(result.problems().stream().filter(Problem::isError))
                        .as("%s", file)
                        .isEmpty();
                assertThat(compilation.heldBack()).as("%s", file).isEmpty();
                files++;
            }
        }
        assertThat(files).isGreaterThanOrEqualTo(15);
    }

    @Test
    void bookinfoRoutesItsPages() throws IOException {
        Map<ResourceKey, Resource> wanted =
                TestConfig.parse(sample("bookinfo/networking/bookinfo-gateway.yaml") + "\n---\n" + """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: productpage}
                spec:
                  hosts: [productpage]
                  ports: [{number: 9080, name: http, protocol: HTTP}]
                  resolution: STATIC
                  endpoints: [{address: 127.0.0.1}]
                """);
        Compilation compilation =
                new RouteTableCompiler(CompileSettings.of(Map.of("istio", "ingressgateway"))).compile(wanted);

        for (String path : List.of("/productpage", "/static/x.css", "/login", "/logout", "/api/v1/products/1")) {
            assertThat(route(compilation, path)).as(path).isNotNull();
        }
        assertThat(route(compilation, "/other")).isNull();
        assertThat(compilation.table().upstreams())
                .extracting(Object::toString)
                .containsExactly("outbound|9080||productpage");
        assertThat(compilation.problems()).isEmpty();
    }

    private static CompiledRoute route(Compilation compilation, String path) {
        return compilation
                .table()
                .port(8080)
                .match(TestRequest.get("localhost" + path).port(8080));
    }

    @Test
    void httpbinAndHelloworldShareAPortAndTheOlderCatchAllWaitsForTheNewerRoutes() throws IOException {
        Map<ResourceKey, Resource> wanted = TestConfig.parse(
                sample("httpbin/httpbin-gateway.yaml") + "\n---\n" + sample("helloworld/helloworld-gateway.yaml"));
        Compilation compilation =
                new RouteTableCompiler(CompileSettings.of(Map.of("istio", "ingressgateway"))).compile(wanted);

        assertThat(source(compilation, "/hello")).isEqualTo("helloworld");
        assertThat(source(compilation, "/anything")).isEqualTo("httpbin");
        assertThat(compilation.problems()).extracting(Problem::code).contains("IST0101", "IST0145");
    }

    @Test
    void gatewayApisSamplesRouteWithAClassOfOurs() throws IOException {
        String ours = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: istio}
                spec: {controllerName: convergate.io/gateway}
                ---
                """ + Outcomes.services("default", "productpage").replace("port: 80}", "port: 9080}");
        Compilation bookinfo = Outcomes.compilation(ours + sample("bookinfo/gateway-api/bookinfo-gateway.yaml"));
        Compilation httpbin = Outcomes.compilation(ours + sample("httpbin/gateway-api/httpbin-gateway.yaml"));
        Compilation mesh = Outcomes.compilation(ours + sample("bookinfo/gateway-api/route-reviews-90-10.yaml"));

        for (String path : List.of("/productpage", "/static/x.css", "/login", "/logout", "/api/v1/products/1")) {
            assertThat(Outcomes.of(bookinfo.table(), TestRequest.get("localhost" + path)))
                    .as(path)
                    .isEqualTo("productpage:9080");
        }
        assertThat(Outcomes.of(bookinfo.table(), TestRequest.get("localhost/staticx")))
                .isEqualTo("404");
        assertThat(bookinfo.problems()).isEmpty();
        assertThat(Outcomes.of(httpbin.table(), TestRequest.get("localhost/get")))
                .isEqualTo("500");
        assertThat(httpbin.problems()).extracting(Problem::code).containsExactly("BackendNotFound");
        assertThat(mesh.problems()).extracting(Problem::path).contains("spec.parentRefs[0]");
    }

    private static String source(Compilation compilation, String path) {
        return compilation
                .table()
                .port(80)
                .match(TestRequest.get("localhost" + path))
                .source()
                .name();
    }
}
