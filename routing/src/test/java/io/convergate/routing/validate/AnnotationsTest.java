package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of annotations: no value of ours is passed over in silence, nor one that would act at another controller. */
class AnnotationsTest {
    private static final Map<String, String> KINDS = Map.of(
            "IstioGateway",
            "networking.istio.io/v1 Gateway servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: ['*']}]",
            "Gateway",
            "gateway.networking.k8s.io/v1 Gateway gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}]",
            "VirtualService",
            "networking.istio.io/v1 VirtualService hosts: [a.io], gateways: [g], http: [{directResponse: {status: 200}}]",
            "Rule",
            "networking.istio.io/v1 DestinationRule host: a.io, trafficPolicy: {outlierDetection: {}}",
            "Service",
            "v1 Service ports: [{port: 80}]",
            "Ingress",
            "networking.k8s.io/v1 Ingress defaultBackend: {service: {name: s, port: {number: 80}}}");

    /** A kind, an annotation with its value, and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "IstioGateway   | convergate.io/config-at-least: 5s | ",
                "IstioGateway   | convergate.io/config-at-least: 1ms | ",
                "IstioGateway   | convergate.io/config-at-least: 1m | ",
                "IstioGateway   | convergate.io/config-at-least: five | ERROR five (expected: 1ms to 1m, such as 5s)",
                "IstioGateway   | convergate.io/config-at-least: '' | ERROR \"\" (expected: 1ms to 1m, such as 5s)",
                "IstioGateway   | convergate.io/config-at-least: '5' | ERROR 5 (expected: 1ms to 1m, such as 5s)",
                "IstioGateway   | convergate.io/config-at-least: 0s | ERROR 0s (expected: 1ms to 1m, such as 5s)",
                "IstioGateway   | convergate.io/config-at-least: 61s | ERROR 61s (expected: 1ms to 1m, such as 5s)",
                "IstioGateway   | convergate.io/config-at-lest: 5s | WARNING convergate.io/config-at-lest (expected: convergate.io/config-at-least or convergate.io/route-order; it does nothing)",
                "IstioGateway   | convergate.io/route-order: as-written | ",
                "IstioGateway   | convergate.io/route-order: most-specific-first | ",
                "IstioGateway   | convergate.io/route-order: mine | ERROR mine (expected: as-written or most-specific-first)",
                "Gateway        | convergate.io/config-at-least: 5s | ",
                "Gateway        | convergate.io/config-at-least: never | ERROR never (expected: 1ms to 1m, such as 5s)",
                "Gateway        | convergate.io/route-order: as-written | WARNING convergate.io/route-order (expected: convergate.io/config-at-least; it does nothing)",
                "VirtualService | convergate.io/config-at-least: 5s | WARNING convergate.io/config-at-least (expected: none of convergate.io/ on this kind; it does nothing)",
                "VirtualService | example.com/owner: me | ",
                "Rule           | convergate.io/outlier-detection-scope: cluster | ",
                "Rule           | convergate.io/outlier-detection-scope: node | ",
                "Rule           | convergate.io/outlier-detection-scope: all | ERROR all (expected: node or cluster)",
                "Service        | networking.istio.io/exportTo: . | WARNING networking.istio.io/exportTo does not act: every namespace may use a Service",
                "Service        | service.kubernetes.io/topology-mode: Auto | WARNING service.kubernetes.io/topology-mode does not act: near endpoints are not preferred",
                "Service        | kubectl.kubernetes.io/last-applied-configuration: x | ",
                "Ingress        | traefik.ingress.kubernetes.io/router.tls: 'true' | WARNING traefik.ingress.kubernetes.io/router.tls does not act: it is another controller's",
                "Ingress        | ingress.kubernetes.io/rewrite-target: / | WARNING ingress.kubernetes.io/rewrite-target does not act: it is another controller's",
                "Ingress        | cert-manager.io/issuer: x | ",
            })
    void anAnnotationActsOrIsNamed(String kind, String annotation, @Nullable String expected) {
        String[] words = KINDS.get(kind).split(" ", 3);
        String yaml = """
                apiVersion: %s
                kind: %s
                metadata: {name: x, annotations: {%s}}
                spec: {%s}
                """.formatted(words[0], words[1], annotation, words[2]);
        String name = annotation.substring(0, annotation.indexOf(": "));

        assertThat(TestConfig.read(yaml).problems().stream()
                        .filter(problem -> problem.path().equals("metadata.annotations[" + name + "]"))
                        .map(problem -> (problem.isError() ? "ERROR " : "WARNING ") + problem.message()))
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }
}
