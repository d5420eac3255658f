package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Istio's rules for each kind, a row for each: a spec, what is found, and where. Fields that do not act yet are passed over.
 * A row whose last column is empty is valid.
 */
class ValidatorTablesTest {
    private static void check(String kind, String spec, @Nullable String expected) {
        String yaml = """
                apiVersion: networking.istio.io/v1
                kind: %s
                metadata: {name: x}
                spec: {%s}
                """.formatted(kind, spec);
        List<String> found = TestConfig.read(yaml).problems().stream()
                .filter(problem -> !problem.code().equals("NotServedYet"))
                .map(problem -> (problem.isError() ? "" : "W ") + problem.code() + " " + problem.path())
                .toList();
        if (expected == null) {
            assertThat(found).as(spec).isEmpty();
        } else {
            assertThat(found).as(spec).contains(expected.strip());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "servers: [] | MissingField spec.servers",
                "selector: {'a b': c}, servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: [a.io]}] | InvalidValue spec.selector[a b]",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: [a.io]}] |",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: []}] | MissingField spec.servers[0].hosts",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: [short]}] | InvalidValue spec.servers[0].hosts[0]",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: ['*a.io']}] | InvalidValue spec.servers[0].hosts[0]",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: ['a..io']}] | InvalidValue spec.servers[0].hosts[0]",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: ['/a.io']}] | InvalidValue spec.servers[0].hosts[0]",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: ['ns/']}] | InvalidValue spec.servers[0].hosts[0]",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: ['N_/a.io']}] | InvalidValue spec.servers[0].hosts[0]",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: ['./a.io', 'ns/*', '*/*.io', 10.0.0.1]}] |",
                "servers: [{hosts: [a.io]}] | MissingField spec.servers[0].port",
                "servers: [{port: {number: 80, name: '', protocol: HTTP}, hosts: [a.io]}] | InvalidValue spec.servers[0].port.name",
                "servers: [{port: {number: 0, name: h, protocol: HTTP}, hosts: [a.io]}] | InvalidValue spec.servers[0].port.number",
                "servers: [{port: {number: 65536, name: h, protocol: HTTP}, hosts: [a.io]}] | InvalidValue spec.servers[0].port.number",
                "servers: [{port: {number: 80, name: h, protocol: SPDY}, hosts: [a.io]}] | InvalidValue spec.servers[0].port.protocol",
                "servers: [{port: {number: 80, name: h, protocol: HTTP, targetPort: 8}, hosts: [a.io]}] | InvalidValue spec.servers[0].port.targetPort",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: [a.io]}, {port: {number: 81, name: h, protocol: HTTP}, hosts: [a.io]}] | InvalidValue spec.servers[1].port.name",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, bind: here, hosts: [a.io]}] | InvalidValue spec.servers[0].bind",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, bind: 'unix:///s', hosts: [a.io]}] | InvalidValue spec.servers[0].port.number",
                "servers: [{port: {number: 0, name: h, protocol: HTTP}, bind: 'unix:///s', hosts: [a.io]}] |",
                "servers: [{name: s, port: {number: 80, name: h, protocol: HTTP}, hosts: [a.io]}, {name: s, port: {number: 81, name: i, protocol: HTTP}, hosts: [a.io]}] | InvalidValue spec.servers[1].name",
                "servers: [{port: {number: 443, name: h, protocol: HTTPS}, hosts: [a.io]}] | MissingField spec.servers[0].tls",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: [a.io], tls: {httpsRedirect: true}}] |",
                "servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: [a.io], tls: {credentialName: c}}] | ConflictingFields spec.servers[0].tls",
                "servers: [{port: {number: 80, name: h, protocol: TCP}, hosts: [a.io], tls: {mode: SIMPLE}}] | ConflictingFields spec.servers[0].tls",
                "servers: [{port: {number: 80, name: h, protocol: TCP}, hosts: [a.io], tls: {httpsRedirect: true}}] | W InvalidValue spec.servers[0].tls.httpsRedirect",
                "servers: [text] | WrongType spec.servers[0]",
                "servers: [{port: {number: 80, protocol: HTTP}, hosts: [a.io]}] | MissingField spec.servers[0].port.name",
                "servers: [{port: {number: 80, name: h}, hosts: [a.io]}] | MissingField spec.servers[0].port.protocol",
                "servers: [{port: {name: h, protocol: HTTP}, hosts: [a.io]}] | MissingField spec.servers[0].port.number",
                "servers: [{port: {number: 443, name: h, protocol: TLS}, hosts: [a.io]}] | MissingField spec.servers[0].tls",
                "servers: [{port: {number: 443, name: h, protocol: TLS}, hosts: [a.io], tls: {mode: PASSTHROUGH}}] |",
                "servers: [{port: {number: 443, name: h, protocol: HTTPS}, hosts: [a.io], tls: {mode: SIMPLE, credentialName: c, httpsRedirect: true}}] | W InvalidValue spec.servers[0].tls.httpsRedirect",
            })
    void gateways(String spec, @Nullable String expected) {
        check("Gateway", spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mode: SIMPLE, credentialName: c |",
                "mode: SIMPLE, serverCertificate: a, privateKey: b |",
                "mode: SIMPLE | MissingField serverCertificate",
                "mode: SIMPLE, serverCertificate: a | MissingField privateKey",
                "mode: SIMPLE, credentialName: c, serverCertificate: a, privateKey: b | ConflictingFields",
                "mode: SIMPLE, credentialName: c, credentialNames: [d] | ConflictingFields",
                "mode: MUTUAL, serverCertificate: a, privateKey: b | MissingField caCertificates",
                "mode: OPTIONAL_MUTUAL, serverCertificate: a, privateKey: b | MissingField caCertificates",
                "mode: MUTUAL, serverCertificate: a, privateKey: b, caCertificates: c |",
                "mode: MUTUAL, credentialName: c, caCrl: l | ConflictingFields caCrl",
                "mode: SIMPLE, serverCertificate: a, privateKey: b, caCrl: l | ConflictingFields caCrl",
                "mode: ISTIO_MUTUAL, privateKey: b | ConflictingFields",
                "mode: ISTIO_MUTUAL |",
                "mode: PASSTHROUGH, credentialName: c | W InvalidValue",
                "mode: PASSTHROUGH |",
                "mode: SIMPLE, credentialName: c, minProtocolVersion: TLSV1_1 | W InvalidValue cipherSuites",
                "mode: SIMPLE, credentialName: c, minProtocolVersion: TLSV1_1, cipherSuites: [AES128-SHA] |",
                "mode: SIMPLE, credentialName: c, cipherSuites: [RC4] | W InvalidValue cipherSuites[0]",
                "mode: SIMPLE, credentialName: c, cipherSuites: [AES128-SHA, AES128-SHA] | W InvalidValue cipherSuites[1]",
                "mode: SIMPLE, credentialNames: [a, b, c] | W InvalidValue",
                "mode: ISTIO_MUTUAL, credentialName: c | ConflictingFields",
                "mode: AUTO_PASSTHROUGH, serverCertificate: c | W InvalidValue",
                "mode: SIMPLE, tlsCertificates: [{serverCertificate: a, privateKey: b}, {serverCertificate: a, privateKey: b}] |",
                "mode: SIMPLE, tlsCertificates: [{serverCertificate: a}] | MissingField tlsCertificates[0].privateKey",
                "mode: SIMPLE, credentialName: c, tlsCertificates: [{serverCertificate: a, privateKey: b}] | ConflictingFields",
                "mode: MUTUAL, credentialName: c |",
                "mode: NEVER, credentialName: c | InvalidValue mode",
            })
    void serverTls(String tls, @Nullable String expected) {
        check(
                "Gateway",
                "servers: [{port: {number: 443, name: h, protocol: HTTPS}, hosts: [a.io], tls: {" + tls + "}}]",
                at(expected, "spec.servers[0].tls"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hosts: [a.io], gateways: [g], http: [{directResponse: {status: 200}}] |",
                "gateways: [g], http: [{directResponse: {status: 200}}] | ConflictingFields spec",
                "hosts: [a.io], gateways: ['a_/b'], http: [{directResponse: {status: 200}}] | InvalidValue spec.gateways[0]",
                "hosts: [a.io], gateways: [g.ns], http: [{directResponse: {status: 200}}] | W Deprecated spec.gateways[0]",
                "hosts: ['a_..'], gateways: [g], http: [{directResponse: {status: 200}}] | InvalidValue spec.hosts[0]",
                "hosts: ['*'], gateways: [g, mesh], http: [{directResponse: {status: 200}}] | InvalidValue spec.hosts[0]",
                "hosts: [a.io, a.io], gateways: [g], http: [{directResponse: {status: 200}}] | InvalidValue spec.hosts[1]",
                "hosts: ['*.io', a.io], gateways: [g], http: [{directResponse: {status: 200}}] | InvalidValue spec.hosts[1]",
                "hosts: [a.io], gateways: [g] | MissingField spec.http",
                "hosts: [a.io], gateways: [g], http: [{delegate: {name: d, namespace: team}}] |",
                "hosts: [a.io], gateways: [g], http: [{delegate: {name: x}}] | InvalidValue spec.http[0].delegate.name",
                "hosts: [a.io], gateways: [g], http: [{delegate: {name: D_}}] | InvalidValue spec.http[0].delegate.name",
                "hosts: [a.io], gateways: [g], http: [{delegate: {name: d, namespace: N_}}] | InvalidValue spec.http[0].delegate.namespace",
                "hosts: [a.io], gateways: [g], http: [{delegate: {name: d}, redirect: {uri: /}}] | ConflictingFields spec.http[0]",
                "http: [{directResponse: {status: 200}}] |",
                "http: [{directResponse: {status: 200}}], tcp: [{route: [{destination: {host: b.io}}]}] | ConflictingFields spec",
                "http: [{delegate: {name: d}}] | InvalidValue spec.http[0].delegate",
                "hosts: [a.io], gateways: [g], http: [{directResponse: {status: 200}}], exportTo: [a, a] | InvalidValue spec.exportTo[1]",
                "hosts: [a.io], gateways: [g], http: [{directResponse: {status: 200}}], exportTo: ['*', a] | ConflictingFields spec.exportTo",
                "hosts: [a.io], gateways: [g], http: [{directResponse: {status: 200}}], exportTo: ['~'] | InvalidValue spec.exportTo[0]",
                "hosts: [a.io], gateways: [g], tls: [{route: [{destination: {host: b.io}}]}] | MissingField spec.tls[0].match",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: [a.io], sourceLabels: {'a b': c}}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tls[0].match[0].sourceLabels[a b]",
                "hosts: [a.io], gateways: [g], tcp: [{match: [{sourceLabels: {a: 'b c'}}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tcp[0].match[0].sourceLabels[a]",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: []}], route: [{destination: {host: b.io}}]}] | MissingField spec.tls[0].match[0].sniHosts",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: [b.io]}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tls[0].match[0].sniHosts[0]",
                "hosts: [10.0.0.1], gateways: [g], tls: [{match: [{sniHosts: [10.0.0.1]}], route: [{destination: {host: b.io}}]}] | W InvalidValue spec.tls[0].match[0].sniHosts[0]",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: [a.io]}], route: []}] | MissingField spec.tls[0].route",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: [a.io], port: 443, gateways: [g], sourceNamespace: team, sourceLabels: {a: b}, destinationSubnets: [10.0.0.0/8]}], route: [{destination: {host: b.io}}]}] |",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: [a.io], port: 0}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tls[0].match[0].port",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: [a.io], destinationSubnets: [here]}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tls[0].match[0].destinationSubnets[0]",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: [a.io], gateways: [A_]}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tls[0].match[0].gateways[0]",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: [a.io], sourceNamespace: A_}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tls[0].match[0].sourceNamespace",
                "hosts: [a.io], gateways: [g], tcp: [{match: [{port: 9000, gateways: [g], sourceNamespace: team, sourceLabels: {a: b}, sourceSubnet: 10.0.0.0/8, destinationSubnets: [10.0.0.1]}], route: [{destination: {host: b.io}}]}] |",
                "hosts: [a.io], gateways: [g], tcp: [{match: [{port: 70000}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tcp[0].match[0].port",
                "hosts: [a.io], gateways: [g], tcp: [{match: [{sourceSubnet: x}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tcp[0].match[0].sourceSubnet",
                "hosts: [a.io], gateways: [g], tcp: [{match: [{gateways: [A_]}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tcp[0].match[0].gateways[0]",
                "hosts: [a.io], gateways: [g], http: [{match: [{gateways: [A_]}], directResponse: {status: 200}}] | InvalidValue spec.http[0].match[0].gateways[0]",
                "hosts: [a.io], gateways: [g], tcp: [{route: []}] | MissingField spec.tcp[0].route",
                "hosts: [a.io], gateways: [g], tcp: [{route: [{destination: {host: b.io}, weight: -1}]}] | InvalidValue spec.tcp[0].route[0].weight",
                "hosts: [a.io], gateways: [mesh], http: [{match: [{headers: {'@request.auth.claims.x': {exact: some}}}], directResponse: {status: 200}}] | ConflictingFields spec.http[0].match[0].headers",
                "hosts: [a.io], gateways: [g], http: [{directResponse: {status: 200}}, {directResponse: {status: 200}}] | W IST0130 spec.http[1]",
                "hosts: [a.io], gateways: [g], http: [{match: [{uri: {prefix: /a}}], directResponse: {status: 200}}, {match: [{uri: {prefix: /ab}}], directResponse: {status: 200}}] | W IST0131 spec.http[1].match[0]",
                "http: [{directResponse: {status: 200}}], tls: [{match: [{sniHosts: [a.io]}], route: [{destination: {host: b.io}}]}] | ConflictingFields spec",
                "hosts: [a.io], gateways: [g], tls: [{match: [{sniHosts: ['*.a.io']}], route: [{destination: {host: b.io}}]}] | InvalidValue spec.tls[0].match[0].sniHosts[0]",
                "hosts: [a.io], gateways: [g], tcp: [{route: [{destination: {host: '*'}}]}] | InvalidValue spec.tcp[0].route[0].destination.host",
                "hosts: [a.io], gateways: [g], tcp: [{route: [{destination: {host: a.io}}, {destination: {host: b.io}}]}] | InvalidValue spec.tcp[0].route",
            })
    void virtualServices(String spec, @Nullable String expected) {
        check("VirtualService", spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "route: [{destination: {host: a.io}}] |",
                "name: nothing | MissingField route",
                "route: [{destination: {host: a.io}}], redirect: {uri: /} | ConflictingFields",
                "route: [{destination: {host: a.io}}], directResponse: {status: 200} | ConflictingFields",
                "redirect: {uri: /}, directResponse: {status: 200} | ConflictingFields",
                "route: [{destination: {host: a.io}}], delegate: {name: d} | ConflictingFields",
                "redirect: {uri: /}, fault: {abort: {httpStatus: 500}} | ConflictingFields",
                "directResponse: {status: 200}, fault: {abort: {httpStatus: 500}} | ConflictingFields",
                "redirect: {uri: /}, rewrite: {uri: /} | ConflictingFields",
                "directResponse: {status: 200}, rewrite: {uri: /} | ConflictingFields",
                "directResponse: {status: 199} | InvalidValue directResponse.status",
                "redirect: {} | MissingField redirect",
                "redirect: {uri: /, prefixRewrite: /} | ConflictingFields redirect",
                "redirect: {uri: /, redirectCode: 304} | InvalidValue redirect.redirectCode",
                "redirect: {prefixRewrite: /b}, match: [{uri: {exact: /a}}] | ConflictingFields redirect.prefixRewrite",
                "redirect: {prefixRewrite: /b}, match: [{uri: {regex: '/a.*'}}] | ConflictingFields redirect.prefixRewrite",
                "redirect: {prefixRewrite: /b}, match: [{uri: {prefix: /a}}] |",
                "redirect: {uri: /b, authority: b.io, scheme: https, redirectCode: 308, derivePort: FROM_REQUEST_PORT} |",
                "directResponse: {status: 204, body: {string: hi}} | W NoEffect directResponse.body",
                "directResponse: {status: 304, body: {string: hi}} | W NoEffect directResponse.body",
                "directResponse: {status: 204} |",
                "redirect: {port: 8443, derivePort: FROM_REQUEST_PORT} | ConflictingFields redirect",
                "redirect: {authority: \"b\\nc\"} | InvalidValue redirect.authority",
                "redirect: {authority: 'b c'} | InvalidValue redirect.authority",
                "redirect: {authority: 'http://b.io'} | InvalidValue redirect.authority",
                "redirect: {authority: 'b.io:99999'} | InvalidValue redirect.authority",
                "redirect: {authority: 'b.io:'} | InvalidValue redirect.authority",
                "redirect: {authority: 'b.io:8080'} |",
                "redirect: {authority: '[2001:db8::1]:8080'} |",
                "redirect: {authority: 10.0.0.1} |",
                "route: [{destination: {host: a.io}}], rewrite: {authority: b/c} | InvalidValue rewrite.authority",
                "route: [{destination: {host: a.io}}], rewrite: {authority: ''} | MissingField rewrite",
                "route: [{destination: {host: a.io}}], rewrite: {authority: '', uri: /b} |",
                "redirect: {authority: ''} | MissingField redirect",
                "redirect: {authority: '', uri: /b} |",
                "route: [{destination: {host: a.io}}], rewrite: {uri: b} | InvalidValue rewrite.uri",
                "route: [{destination: {host: a.io}}], rewrite: {uri: /b, authority: b} |",
                "match: [{sourceLabels: {'a b': c}}], route: [{destination: {host: a.io}}] | InvalidValue match[0].sourceLabels[a b]",
                "redirect: {uri: \"/b\\nc\"} | InvalidValue redirect.uri",
                "redirect: {uri: .evil.io} | InvalidValue redirect.uri",
                "redirect: {uri: '?a=b'} |",
                "redirect: {prefixRewrite: b}, match: [{uri: {prefix: /a}}] | InvalidValue redirect.prefixRewrite",
                "redirect: {prefixRewrite: ''}, match: [{uri: {prefix: /a/}}] |",
                "directResponse: {status: 200, body: {string: hi}} |",
                "directResponse: {status: 200, body: {bytes: aGk=}} |",
                "directResponse: {status: 200, body: {bytes: '%'}} | InvalidValue directResponse.body.bytes",
                "directResponse: {status: 200, body: {string: a, bytes: aGk=}} | ConflictingFields directResponse.body",
                "route: [{destination: {host: a.io}}], rewrite: {authority: b.io}, headers: {request: {set: {host: c.io}}} | ConflictingFields rewrite.authority",
                "route: [{destination: {host: a.io}}], match: [{statPrefix: shop, name: m, uri: {prefix: /a}, ignoreUriCase: true}] |",
                "route: [{destination: {host: a.io}}], match: [{statPrefix: ''}] | InvalidValue match[0].statPrefix",
                "route: [{destination: {host: a.io}}], match: [{headers: {A: {exact: b}}}] | InvalidValue match[0].headers[A]",
                "route: [{destination: {host: a.io}}], match: [{queryParams: {q: {regex: '('}}}] | InvalidValue match[0].queryParams[q].regex",
                "route: [{destination: {host: a.io}}], match: [{authority: {prefix: ''}}] | InvalidValue match[0].authority.prefix",
                "redirect: {scheme: ftp} | InvalidValue redirect.scheme",
                "redirect: {port: 0} | InvalidValue redirect.port",
                "route: [{destination: {host: a.io}}], rewrite: {} | MissingField rewrite",
                "route: [{destination: {host: a.io}}], rewrite: {uri: /, uriRegexRewrite: {match: a, rewrite: b}} | ConflictingFields rewrite",
                "route: [{destination: {host: a.io}}], rewrite: {uriRegexRewrite: {match: '(', rewrite: b}} | InvalidValue rewrite.uriRegexRewrite",
                "route: [{destination: {host: '*'}}] | InvalidValue route[0].destination.host",
                "route: [{destination: {host: a.io, subset: A_}}] | InvalidValue route[0].destination.subset",
                "route: [{destination: {host: a.io, port: {number: 0}}}] | InvalidValue route[0].destination.port.number",
                "route: [{destination: {host: a.io}, weight: -1}] | InvalidValue route[0].weight",
                "route: [{destination: {host: a.io}}, {destination: {host: b.io}}] | InvalidValue route",
                "route: [{destination: {host: a.io}}], timeout: 100us | InvalidValue timeout",
                "route: [{destination: {host: a.io}}], mirror: {host: b.io}, mirrors: [{destination: {host: b.io}}] | ConflictingFields",
                "route: [{destination: {host: a.io}}], mirror: {host: b.io}, mirrorPercentage: {value: 101} | InvalidValue mirrorPercentage",
                "route: [{destination: {host: a.io}}], mirrorPercentage: {value: 1} | MissingField mirror",
                "route: [{destination: {host: a.io}}], mirrorPercent: 1 | MissingField mirror",
                "route: [{destination: {host: a.io}}], corsPolicy: {} | W NoEffect corsPolicy",
                "route: [{destination: {host: a.io}}], corsPolicy: {allowMethods: [GET]} | W NoEffect corsPolicy",
                "route: [{destination: {host: a.io}}], corsPolicy: {unmatchedPreflights: IGNORE} |",
                "route: [{destination: {host: a.io}}], retries: {attempts: 0, backoff: 1s} | W NoEffect retries.backoff",
                "route: [{destination: {host: a.io}}], retries: {attempts: 0} |",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: retriable-status-codes} | W NoEffect retries.retryOn",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: 'retriable-status-codes,409'} |",
                "route: [{destination: {host: a.io}}], mirror: {host: b.io}, mirrorPercent: 5 | W Deprecated mirrorPercent",
                "route: [{destination: {host: a.io}}], headers: {request: {set: {'a b': c}}} | InvalidValue headers.request.set[a b]",
                "route: [{destination: {host: a.io}}], headers: {response: {set: {host: c}}} | InvalidValue headers.response.set[host]",
                "route: [{destination: {host: a.io}}], headers: {request: {remove: [host]}} | InvalidValue headers.request.remove[0]",
                "route: [{destination: {host: a.io}}], headers: {request: {set: {a: '%x'}}} | InvalidValue headers.request.set[a]",
                "route: [{destination: {host: a.io}}], headers: {request: {set: {host: b, ':authority': c}}} | ConflictingFields headers.request",
                "route: [{destination: {host: a.io}}], match: [{method: {prefix: ''}}] | InvalidValue match[0].method.prefix",
                "route: [{destination: {host: a.io}}], match: [{uri: {prefix: ''}}] |",
                "route: [{destination: {host: a.io}}], match: [{uri: {regex: ''}}] | InvalidValue match[0].uri.regex",
                "route: [{destination: {host: a.io}}], match: [{uri: {regex: '('}}] | InvalidValue match[0].uri.regex",
                "route: [{destination: {host: a.io}}], match: [{port: 70000}] | InvalidValue match[0].port",
                "route: [{destination: {host: a.io}}], match: [{sourceNamespace: A_}] | InvalidValue match[0].sourceNamespace",
                "route: [{destination: {host: a.io}}], match: [{headers: {'a b': {exact: c}}}] | InvalidValue match[0].headers[a b]",
                "route: [{destination: {host: a.io}}], retries: {attempts: -1} | InvalidValue retries.attempts",
                "route: [{destination: {host: a.io}}], retries: {attempts: 0, retryOn: 5xx} | ConflictingFields retries",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: never} | InvalidValue retries.retryOn",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, perTryTimeout: 1us} | InvalidValue retries.perTryTimeout",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: 'reset-before-request,503', perTryTimeout: 1s, backoff: 10ms, retryIgnorePreviousHosts: false}, match: [{method: {exact: GET}}] |",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: '699'} | InvalidValue retries.retryOn",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: retriable-headers} | W NoEffect retries.retryOn",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: http3-post-connect-failure} | W NoEffect retries.retryOn",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryRemoteLocalities: true, retryOn: connect-failure} |",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: 'connect-failure,503'} | W UnsafeRetry retries.retryOn",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: reset} | W UnsafeRetry retries.retryOn",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: 5xx}, match: [{method: {exact: GET}}, {method: {exact: POST}}] | W UnsafeRetry retries.retryOn",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: 5xx}, match: [{method: {exact: GET}}, {method: {exact: PUT}}] |",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, retryOn: '429,connect-failure,unavailable'} |",
                "route: [{destination: {host: a.io}}], fault: {} | MissingField fault",
                "route: [{destination: {host: a.io}}], fault: {delay: {exponentialDelay: 1s}} | InvalidValue fault.delay",
                "route: [{destination: {host: a.io}}], fault: {abort: {httpStatus: 700}} | InvalidValue fault.abort.httpStatus",
                "route: [{destination: {host: a.io}}], fault: {abort: {http2Error: x}} | InvalidValue fault.abort",
                "route: [{destination: {host: a.io}}], fault: {abort: {}} | W InvalidValue fault.abort",
                "route: [{destination: {host: a.io}}], fault: {abort: {httpStatus: 500, percentage: {value: 0.00001}}} | InvalidValue fault.abort.percentage",
                "route: [{destination: {host: a.io}}], fault: {abort: {grpcStatus: unavailable, percentage: {value: 1}}} |",
                "route: [{destination: {host: a.io}}], fault: {abort: {grpcStatus: BROKEN, percentage: {value: 1}}} | InvalidValue fault.abort.grpcStatus",
                "route: [{destination: {host: a.io}}], fault: {abort: {grpcStatus: ABORTED, httpStatus: 500, percentage: {value: 1}}} | ConflictingFields fault.abort",
                "route: [{destination: {host: a.io}}], fault: {abort: {httpStatus: 500}} | W InvalidValue fault.abort.percentage",
                "route: [{destination: {host: a.io}}], fault: {delay: {fixedDelay: 1s}} | W InvalidValue fault.delay.percentage",
                "route: [{destination: {host: a.io}}], fault: {delay: {fixedDelay: 1s, percent: 10}} | W Deprecated fault.delay.percent",
                "route: [{destination: {host: a.io}}], fault: {delay: {fixedDelay: 1s, percent: 101}} | InvalidValue fault.delay.percent",
                "route: [{destination: {host: a.io}}], mirror: {host: b.io}, mirrorPercent: 101 | InvalidValue mirrorPercent",
                "route: [{destination: {host: a.io}}], mirrors: [{destination: {host: b.io}, percentage: {value: 0.5}}] |",
                "route: [{destination: {host: a.io}}], corsPolicy: {allowOrigins: [{regex: 'a.*'}], allowMethods: ['*'], maxAge: 1h, unmatchedPreflights: IGNORE} |",
                "route: [{destination: {host: a.io}}], corsPolicy: {allowOrigins: [{exact: ''}]} | InvalidValue corsPolicy.allowOrigins[0]",
                "route: [{destination: {host: a.io}}], corsPolicy: {allowMethods: [FETCH]} | InvalidValue corsPolicy.allowMethods",
                "route: [{destination: {host: a.io}}], corsPolicy: {allowHeaders: ['a b']} | InvalidValue corsPolicy.allowHeaders",
                "route: [{destination: {host: a.io}}], corsPolicy: {exposeHeaders: ['a b']} | InvalidValue corsPolicy.exposeHeaders",
                "route: [{destination: {host: a.io}}], corsPolicy: {maxAge: 1500ms} | InvalidValue corsPolicy.maxAge",
                "route: [{destination: {host: a.io}}], mirror: {host: b.io}, mirrorPercentage: {value: -1} | InvalidValue mirrorPercentage",
                "route: [{destination: {host: a.io}}], mirrors: [{destination: {host: b.io}, percentage: {value: 101}}] | InvalidValue mirrors[0].percentage",
                "route: [{destination: {host: a.io}}], mirrors: [{percentage: {value: 1}}] | MissingField mirrors[0].destination",
                "route: [{destination: {host: a.io}}], match: [{headers: {a: {regex: ''}}}] | InvalidValue match[0].headers[a].regex",
                "route: [{destination: {host: a.io}}], match: [{port: 0}] | InvalidValue match[0].port",
                "route: [{destination: {host: 'a_..'}}] | InvalidValue route[0].destination.host",
                "route: [{destination: {subset: v1}}] | MissingField route[0].destination.host",
                "route: [{destination: {host: a.io}}], fault: {delay: {fixedDelay: 1us, percentage: {value: 1}}} | InvalidValue fault.delay.fixedDelay",
                "route: [{destination: {host: a.io}}], fault: {delay: {percentage: {value: 1}}} | MissingField fault.delay.fixedDelay",
                "route: [{destination: {host: a.io}}], fault: {delay: {fixedDelay: 1s, percentage: {value: 101}}} | InvalidValue fault.delay.percentage",
                "route: [{destination: {host: a.io}}], fault: {abort: {httpStatus: 199, percentage: {value: 1}}} | InvalidValue fault.abort.httpStatus",
                "route: [{destination: {host: a.io}}], retries: {attempts: 1, backoff: 1us} | InvalidValue retries.backoff",
                "directResponse: {status: 600} | InvalidValue directResponse.status",
                "redirect: {uri: /, redirectCode: 299} | InvalidValue redirect.redirectCode",
                "route: [{destination: {host: a.io}, headers: {request: {set: {':path': c}}}}] | InvalidValue route[0].headers.request.set[:path]",
                "route: [{destination: {host: a.io}}], match: [{withoutHeaders: {a: {regex: '('}}}] | InvalidValue match[0].withoutHeaders[a].regex",
                "route: [{destination: {host: a.io}}], corsPolicy: {allowOrigins: [{regex: '('}]} | InvalidValue corsPolicy.allowOrigins[0].regex",
            })
    void httpRules(String rule, @Nullable String expected) {
        check("VirtualService", "hosts: [h.io], gateways: [g], http: [{" + rule + "}]", at(expected, "spec.http[0]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "host: a.io |",
                "host: 'a..io' | InvalidValue spec.host",
                "host: a.io, trafficPolicy: {} | MissingField spec.trafficPolicy",
                "host: a.io, subsets: [{name: A_}] | InvalidValue spec.subsets[0].name",
                "host: a.io, subsets: [{name: a, labels: {v: -}}] | InvalidValue spec.subsets[0].labels[v]",
                "host: a.io, subsets: [{name: a}, {name: a}] | InvalidValue spec.subsets[1].name",
                "host: a.io, subsets: [{labels: {v: a}}] | MissingField spec.subsets[0].name",
                "host: a.io, workloadSelector: {matchLabels: {a: b}}, exportTo: ['*'] | ConflictingFields spec.exportTo",
                "host: a.io, workloadSelector: {matchLabels: {a: b}}, exportTo: ['.', default] |",
                "subsets: [{name: a}] | MissingField spec.host",
                "host: a.io, subsets: [{name: a, trafficPolicy: {}}] | MissingField spec.subsets[0].trafficPolicy",
                "host: a.io, exportTo: [A_] | InvalidValue spec.exportTo[0]",
                "host: a.io, exportTo: ['~'] | InvalidValue spec.exportTo[0]",
            })
    void destinationRules(String spec, @Nullable String expected) {
        check("DestinationRule", spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{sniHosts: [a.io]}], [{sniHosts: [b.io]}] |",
                "[{sniHosts: [a.io]}], [{sniHosts: [b.io, A.io]}] | W IST0130 spec.tls[1].match[0].sniHosts[1]",
                "[{sniHosts: [a.io]}, {sniHosts: [a.io]}], [{sniHosts: [b.io]}] | W IST0130 spec.tls[0].match[1].sniHosts[0]",
                "[{sniHosts: [a.io], port: 443}], [{sniHosts: [a.io]}] |",
                "[{sniHosts: [a.io], gateways: [g]}], [{sniHosts: [a.io]}] |",
            })
    void serverNames(String matches, @Nullable String expected) {
        String[] rules = matches.split("\\], \\[");
        check(
                "VirtualService",
                "hosts: [a.io, b.io], gateways: [g, h], tls: [{match: " + rules[0]
                        + "], route: [{destination: {host: x.io}}]}, {match: [" + rules[1]
                        + ", route: [{destination: {host: x.io}}]}]",
                expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "connectionPool: {} | MissingField connectionPool",
                "connectionPool: {tcp: {maxConnections: -1}} | InvalidValue connectionPool.tcp.maxConnections",
                "connectionPool: {tcp: {connectTimeout: 1us}} | InvalidValue connectionPool.tcp.connectTimeout",
                "connectionPool: {tcp: {tcpKeepalive: {time: 1us}}} | InvalidValue connectionPool.tcp.tcpKeepalive.time",
                "connectionPool: {http: {maxRetries: -1}} | InvalidValue connectionPool.http.maxRetries",
                "connectionPool: {http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true}} | ConflictingFields connectionPool.http",
                "connectionPool: {http: {http2KeepAlive: {interval: 1s}}} | MissingField connectionPool.http.http2KeepAlive",
                "connectionPool: {tcp: {maxConnections: 0}} | W NoEffect connectionPool.tcp.maxConnections",
                "connectionPool: {tcp: {maxConnections: 1}} |",
                "connectionPool: {http: {http1MaxPendingRequests: 0}} | W NoEffect connectionPool.http.http1MaxPendingRequests",
                "connectionPool: {http: {http2MaxRequests: 0}} | W NoEffect connectionPool.http.http2MaxRequests",
                "connectionPool: {http: {maxRetries: 0}} | W NoEffect connectionPool.http.maxRetries",
                "connectionPool: {http: {maxRequestsPerConnection: 0}} |",
                "outlierDetection: {consecutiveGatewayErrors: 5} | W NoEffect outlierDetection.consecutiveGatewayErrors",
                "outlierDetection: {consecutiveGatewayErrors: 4} |",
                "outlierDetection: {consecutiveGatewayErrors: 9, consecutive5xxErrors: 3} | W NoEffect outlierDetection.consecutiveGatewayErrors",
                "outlierDetection: {consecutiveGatewayErrors: 9, consecutive5xxErrors: 0} |",
                "outlierDetection: {maxEjectionPercent: 101} | InvalidValue outlierDetection.maxEjectionPercent",
                "outlierDetection: {minHealthPercent: -1} | InvalidValue outlierDetection.minHealthPercent",
                "outlierDetection: {interval: 1us} | InvalidValue outlierDetection.interval",
                "outlierDetection: {consecutiveLocalOriginFailures: 1} | ConflictingFields outlierDetection",
                "outlierDetection: {consecutiveErrors: 1} | W Deprecated outlierDetection.consecutiveErrors",
                "portLevelSettings: [{port: {number: 80}}] | MissingField portLevelSettings[0]",
                "portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: RANDOM}}, {port: {number: 80}, loadBalancer: {simple: RANDOM}}] | W NoEffect portLevelSettings[1].port.number",
                "portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: RANDOM}}, {port: {number: 81}, loadBalancer: {simple: RANDOM}}] |",
                "portLevelSettings: [{loadBalancer: {simple: RANDOM}}] | MissingField portLevelSettings[0].port",
                "tls: {mode: MUTUAL} | MissingField tls",
                "tls: {mode: SIMPLE, credentialName: c, caCertificates: f} | ConflictingFields tls",
                "tls: {mode: SIMPLE, insecureSkipVerify: true, caCertificates: f} | ConflictingFields tls",
                "tls: {mode: SIMPLE, insecureSkipVerify: true, subjectAltNames: [a]} | ConflictingFields tls",
                "tunnel: {targetHost: 'a..', targetPort: 80} | InvalidValue tunnel.targetHost",
                "tunnel: {targetHost: a.io, targetPort: 0} | InvalidValue tunnel.targetPort",
                "tunnel: {protocol: GET, targetHost: a.io, targetPort: 80} | InvalidValue tunnel.protocol",
                "tunnel: {targetHost: a.io, targetPort: 80}, proxyProtocol: {version: V1} | ConflictingFields",
                "retryBudget: {percent: 101} | InvalidValue retryBudget.percent",
                "retryBudget: {percent: 50, minRetryConcurrency: 1, budgetInterval: 0s} |",
                "retryBudget: {budgetInterval: 10s} | InvalidValue retryBudget.budgetInterval",
                "connectionPool: {http: {maxRetries: 3}} |",
                "loadBalancer: {simple: PASSTHROUGH} | InvalidValue loadBalancer.simple",
                "loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}} | ConflictingFields loadBalancer",
                "loadBalancer: {consistentHash: {httpHeaderName: x, ringHash: {minimumRingSize: 2000000}}} | InvalidValue loadBalancer.consistentHash.ringHash.minimumRingSize",
                "loadBalancer: {consistentHash: {httpCookie: {name: 'a b'}}} | InvalidValue loadBalancer.consistentHash.httpCookie.name",
                "loadBalancer: {consistentHash: {httpCookie: {name: c, path: '/;x'}}} | InvalidValue loadBalancer.consistentHash.httpCookie.path",
                "loadBalancer: {consistentHash: {httpCookie: {name: c, ttl: 0s, path: /}}} |",
                "loadBalancer: {simple: LEAST_CONN} | W Deprecated loadBalancer.simple",
                "loadBalancer: {consistentHash: {}} | MissingField loadBalancer.consistentHash",
                "loadBalancer: {consistentHash: {httpCookie: {name: ''}}} | InvalidValue loadBalancer.consistentHash.httpCookie.name",
                "loadBalancer: {consistentHash: {httpCookie: {name: c, attributes: [{name: a}, {name: a}]}}} | InvalidValue loadBalancer.consistentHash.httpCookie.attributes",
                "loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 0}}} | InvalidValue loadBalancer.consistentHash.maglev.tableSize",
                "loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 10}}} | InvalidValue loadBalancer.consistentHash.maglev.tableSize",
                "loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 5000011}}} | InvalidValue loadBalancer.consistentHash.maglev.tableSize",
                "loadBalancer: {consistentHash: {useSourceIp: true, minimumRingSize: 5, maglev: {}}} | ConflictingFields loadBalancer.consistentHash",
                "loadBalancer: {simple: RANDOM, warmup: {duration: 1s, minimumPercent: 101}} | InvalidValue loadBalancer.warmup.minimumPercent",
                "loadBalancer: {simple: RANDOM, warmup: {duration: 1s, aggression: 0}} | InvalidValue loadBalancer.warmup.aggression",
                "loadBalancer: {simple: RANDOM, warmup: {}} | MissingField loadBalancer.warmup.duration",
                "loadBalancer: {simple: ROUND_ROBIN, warmup: {duration: 0s}} | InvalidValue loadBalancer.warmup.duration",
                "loadBalancer: {simple: LEAST_REQUEST, warmup: {duration: 1m, minimumPercent: 0, aggression: 1.5}} |",
                "loadBalancer: {warmup: {duration: 1m}} |",
                "loadBalancer: {simple: RANDOM, warmup: {duration: 1m}} | W NoEffect loadBalancer.warmup",
                "loadBalancer: {consistentHash: {useSourceIp: true}, warmup: {duration: 1m}} | W NoEffect loadBalancer.warmup",
                "loadBalancer: {simple: RANDOM, warmupDurationSecs: 1m} | W NoEffect loadBalancer.warmupDurationSecs",
                "loadBalancer: {simple: ROUND_ROBIN, warmupDurationSecs: 1m} | W Deprecated loadBalancer.warmupDurationSecs",
                "loadBalancer: {zoneAwareLbSetting: {}} | InvalidValue loadBalancer.zoneAwareLbSetting",
                "loadBalancer: {zoneAwareLbSetting: {enabled: false}} |",
                "loadBalancer: {localityLbSetting: {enabled: true}} |",
                "loadBalancer: {localityLbSetting: {enabled: false}} |",
                "loadBalancer: {localityLbSetting: {enabled: true}, zoneAwareLbSetting: {enabled: true}} | ConflictingFields loadBalancer",
                "connectionPool: {http: {http1MaxPendingRequests: -1}} | InvalidValue connectionPool.http.http1MaxPendingRequests",
                "connectionPool: {http: {http2MaxRequests: -1}} | InvalidValue connectionPool.http.http2MaxRequests",
                "connectionPool: {http: {maxRequestsPerConnection: -1}} | InvalidValue connectionPool.http.maxRequestsPerConnection",
                "connectionPool: {http: {maxConcurrentStreams: -1}} | InvalidValue connectionPool.http.maxConcurrentStreams",
                "connectionPool: {http: {http2KeepAlive: {timeout: 1s}}} | MissingField connectionPool.http.http2KeepAlive",
                "connectionPool: {http: {idleTimeout: 1us}} | InvalidValue connectionPool.http.idleTimeout",
                "connectionPool: {tcp: {maxConnectionDuration: 1us}} | InvalidValue connectionPool.tcp.maxConnectionDuration",
                "outlierDetection: {consecutive5xxErrors: -1} | InvalidValue outlierDetection.consecutive5xxErrors",
                "outlierDetection: {consecutiveGatewayErrors: -1} | InvalidValue outlierDetection.consecutiveGatewayErrors",
                "outlierDetection: {baseEjectionTime: 1us} | InvalidValue outlierDetection.baseEjectionTime",
                "portLevelSettings: [{port: {number: 0}, loadBalancer: {simple: RANDOM}}] | InvalidValue portLevelSettings[0].port.number",
                "tls: {mode: MUTUAL, clientCertificate: a} | MissingField tls",
                "tls: {mode: MUTUAL, clientCertificate: a, privateKey: b} |",
                "tls: {mode: SOMETIMES} | InvalidValue tls.mode",
                "retryBudget: {percent: -1} | InvalidValue retryBudget.percent",
                "loadBalancer: {consistentHash: {httpCookie: {name: c, attributes: [{name: ''}]}}} | InvalidValue loadBalancer.consistentHash.httpCookie.attributes",
                "loadBalancer: {consistentHash: {useSourceIp: true, httpHeaderName: x}} | ConflictingFields loadBalancer.consistentHash",
                "loadBalancer: {simple: SOMETHING} | InvalidValue loadBalancer.simple",
            })
    void trafficPolicies(String policy, @Nullable String expected) {
        check("DestinationRule", "host: a.io, trafficPolicy: {" + policy + "}", at(expected, "spec.trafficPolicy"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "distribute: [{from: a/*, to: {a/b: 60, c: 40}}] |",
                "distribute: [{from: a, to: {b: 60, c: 30}}] | InvalidValue distribute[0].to",
                "distribute: [{from: a, to: {b: 0, c: 100}}] | InvalidValue distribute[0].to",
                "distribute: [{from: a/*/b, to: {c: 100}}] | InvalidValue distribute[0].from",
                "distribute: [{from: a//b, to: {c: 100}}] | InvalidValue distribute[0].from",
                "distribute: [{from: a/b/c/d, to: {c: 100}}] | InvalidValue distribute[0].from",
                "distribute: [{from: a/*, to: {c: 100}}, {from: a/b, to: {c: 100}}] | InvalidValue distribute[1].from",
                "distribute: [{from: a, to: {c/*: 50, c/d: 50}}] | InvalidValue distribute[0].to",
                "distribute: [{from: a, to: {c: 100}}], failoverPriority: [x] | ConflictingFields",
                "failover: [{from: a, to: a}] | InvalidValue failover[0]",
                "failover: [{from: a/b, to: c}] | InvalidValue failover[0].from",
                "failover: [{from: a, to: c/d}] | InvalidValue failover[0].to",
                "failover: [{from: a, to: b}] |",
                "failover: [{from: a, to: b}, {from: a, to: c}] | InvalidValue failover[1].from",
                "failoverPriority: ['topology.kubernetes.io/region', 'version=v1'] |",
                "failoverPriority: [''] | InvalidValue failoverPriority[0]",
                "failoverPriority: ['=v1'] | InvalidValue failoverPriority[0]",
                "failoverPriority: ['a=b=c'] | InvalidValue failoverPriority[0]",
                "failover: [{from: a, to: b}], failoverPriority: [x] | ConflictingFields",
                "distribute: [{from: a, to: {c: 100}}], failover: [{from: a, to: b}] | ConflictingFields",
            })
    void localities(String locality, @Nullable String expected) {
        check(
                "DestinationRule",
                "host: a.io, trafficPolicy: {loadBalancer: {localityLbSetting: {" + locality + "}}}",
                at(expected, "spec.trafficPolicy.loadBalancer.localityLbSetting"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hosts: [a.io], ports: [{number: 80, name: h, protocol: HTTP}], resolution: DNS |",
                "hosts: [], ports: [{number: 80, name: h, protocol: HTTP}], resolution: DNS | MissingField spec.hosts",
                "hosts: ['*'], resolution: STATIC | InvalidValue spec.hosts[0]",
                "hosts: ['a_..'], resolution: STATIC | InvalidValue spec.hosts[0]",
                "hosts: [a.io] | InvalidValue spec.resolution",
                "hosts: [a.io], resolution: NONE | InvalidValue spec.resolution",
                "hosts: ['*.a.io'], resolution: DYNAMIC_DNS | InvalidValue spec.resolution",
                "hosts: [a.io], resolution: GUESS | InvalidValue spec.resolution",
                "hosts: [a.io], resolution: STATIC, workloadSelector: {labels: {a: b}} |",
                "hosts: [a.io], resolution: STATIC, workloadSelector: {labels: {}} | W InvalidValue spec.workloadSelector.labels",
                "hosts: [a.io], resolution: STATIC | W MissingField spec.endpoints",
                "hosts: [a.io], resolution: DNS | W MissingField spec.ports",
                "hosts: [a.io], resolution: STATIC, workloadSelector: {labels: {'a b': b}} | InvalidValue spec.workloadSelector.labels[a b]",
                "hosts: [a.io], resolution: DNS, exportTo: ['~'] |",
                "hosts: [a.io], resolution: DNS, exportTo: ['~', b] | ConflictingFields spec.exportTo",
                "hosts: [a.io], resolution: DNS, location: MESH_INTERNAL |",
                "hosts: [a.io], resolution: STATIC, location: MARS | InvalidValue spec.location",
                "hosts: [a.io], resolution: DNS, subjectAltNames: [a.io] |",
                "hosts: [a.io], resolution: DNS, ports: [{number: 0, name: h}] | InvalidValue spec.ports[0].number",
                "hosts: [a.io], resolution: DNS, ports: [{number: 80, name: A_}] | InvalidValue spec.ports[0].name",
                "hosts: [a.io], resolution: DNS, ports: [{number: 80, name: h, targetPort: 99999}] | InvalidValue spec.ports[0].targetPort",
                "hosts: [a.io], resolution: DNS, ports: [{number: 80, name: h, targetPort: 8080}] |",
                "hosts: [a.io], resolution: DNS_ROUND_ROBIN, endpoints: [{address: b.io}] |",
                "hosts: [a.io], resolution: DNS, exportTo: ['.', b] |",
                "hosts: [a.io], resolution: STATIC, workloadSelector: {labels: {a: b}}, endpoints: [{address: 10.0.0.1}] | ConflictingFields spec.workloadSelector",
                "hosts: [a.io], resolution: STATIC, addresses: [x] | InvalidValue spec.addresses[0]",
                "hosts: [a.io], resolution: STATIC, addresses: [10.0.0.0/33] | InvalidValue spec.addresses[0]",
                "hosts: [a.io], resolution: DNS, addresses: [10.0.0.0/8] | InvalidValue spec.addresses[0]",
                "hosts: [a.io], resolution: STATIC, addresses: [10.0.0.0/8], endpoints: [{address: 10.0.0.1}] |",
                "hosts: [a.io], resolution: DNS, ports: [{number: 80, name: h}, {number: 81, name: h}] | InvalidValue spec.ports[1].name",
                "hosts: [a.io], resolution: DNS, ports: [{number: 80, name: h}, {number: 80, name: i}] | InvalidValue spec.ports[1].number",
                "hosts: [a.io], resolution: DNS, ports: [{number: 80, name: h, protocol: SPDY}] | InvalidValue spec.ports[0].protocol",
                "hosts: [a.io], resolution: NONE, endpoints: [{address: 10.0.0.1}] | InvalidValue spec.endpoints",
                "hosts: [a.io], resolution: STATIC, endpoints: [{address: b.io}] | InvalidValue spec.endpoints[0].address",
                "hosts: ['*.a.io'], resolution: DNS | InvalidValue spec.hosts[0]",
                "hosts: [a.io], resolution: DNS_ROUND_ROBIN, endpoints: [{address: b.io}, {address: c.io}] | InvalidValue spec.endpoints",
                "hosts: [a.io], resolution: STATIC, ports: [{number: 80, name: h}], endpoints: [{address: 10.0.0.1, ports: {x: 80}}] | InvalidValue spec.endpoints[0].ports[x]",
                "hosts: [a.io], resolution: STATIC, ports: [{number: 80, name: h}], endpoints: [{address: 10.0.0.1, ports: {h: 0}}] | InvalidValue spec.endpoints[0].ports[h]",
                "hosts: [a.io], resolution: STATIC, ports: [{number: 80, name: h}], endpoints: [{address: 'unix:///s'}] | InvalidValue spec.endpoints[0].address",
                "hosts: [a.io], resolution: STATIC, ports: [{number: 80, name: h}], endpoints: [{address: 10.0.0.1, ports: {h: 8080}, labels: {a: b}, locality: eu/a/b, weight: 3, network: blue, serviceAccount: sa}] |",
                "hosts: [a.io, b.io], resolution: DNS, ports: [{number: 80, name: h, protocol: TCP}] | InvalidValue spec.ports[0].protocol",
                "hosts: [a.io, b.io], resolution: DNS, ports: [{number: 80, name: h, protocol: HTTP}] |",
                "hosts: [a.io], resolution: DYNAMIC_DNS, ports: [{number: 80, name: h, protocol: HTTP}] | InvalidValue spec.hosts[0]",
                "hosts: ['*.a.io'], resolution: DYNAMIC_DNS, addresses: [10.0.0.1] | InvalidValue spec.addresses",
                "hosts: ['*.a.io'], resolution: DYNAMIC_DNS, endpoints: [{address: 10.0.0.1}] | InvalidValue spec.endpoints",
                "hosts: ['*.a.io'], resolution: DYNAMIC_DNS, ports: [{number: 80, name: h, protocol: TCP}] | InvalidValue spec.ports[0].protocol",
                "hosts: [a.io], resolution: DNS, exportTo: [A_] | InvalidValue spec.exportTo[0]",
            })
    void serviceEntries(String spec, @Nullable String expected) {
        boolean hasPorts = spec.contains(" ports: [") || "W MissingField spec.ports".equals(expected);
        check("ServiceEntry", hasPorts ? spec : spec + ", ports: [{number: 80, name: h}]", expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "address: 10.0.0.1 |",
                "address: '2001:db8::1' |",
                "address: vm.example.com |",
                "address: 'unix:///run/app' | InvalidValue spec.address",
                "address: 'a b' | InvalidValue spec.address",
                "labels: {a: b} | InvalidValue spec.address",
                "network: blue |",
                "address: 10.0.0.1, ports: {http: 8080} |",
                "address: 10.0.0.1, ports: {http: 0} | InvalidValue spec.ports[http]",
                "address: 10.0.0.1, ports: {HTTP: 80} | InvalidValue spec.ports[HTTP]",
                "address: 10.0.0.1, ports: {http: many} | WrongType spec.ports.http",
                "address: 10.0.0.1, labels: {version: v1} |",
                "address: 10.0.0.1, labels: {version: 1} | WrongType spec.labels.version",
                "address: 10.0.0.1, labels: {'': v1} | InvalidValue spec.labels[]",
                "address: 10.0.0.1, labels: {version: 'v 1'} | InvalidValue spec.labels[version]",
                "address: 10.0.0.1, labels: {a.io/version: v1_2.3, empty: ''} |",
                "address: 10.0.0.1, labels: {A_/version: v1} | InvalidValue spec.labels[A_/version]",
                "address: 10.0.0.1, weight: 5 |",
                "address: 10.0.0.1, weight: -1 | InvalidValue spec.weight",
                "address: 10.0.0.1, locality: eu/west/a |",
                "address: 10.0.0.1, locality: eu//a | InvalidValue spec.locality",
                "address: 10.0.0.1, locality: eu/* | InvalidValue spec.locality",
                "address: 10.0.0.1, locality: a/b/c/d | InvalidValue spec.locality",
                "address: 10.0.0.1, serviceAccount: sa |",
                "address: 10.0.0.1, adress: 10.0.0.2 | UnknownField spec.adress",
            })
    void workloadEntries(String spec, @Nullable String expected) {
        check("WorkloadEntry", spec, expected);
    }

    /** Texts as long as they may be, and one character longer; a body that is warned of. (A longer one is no resource: 1 MiB is the most.) */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "match: [{uri: {regex: '@'}}], directResponse: {status: 200}                | 1024    |",
                "match: [{uri: {regex: '@'}}], directResponse: {status: 200}                | 1025    | InvalidValue spec.http[0].match[0].uri.regex",
                "match: [{headers: {a: {regex: '@'}}}], directResponse: {status: 200}       | 1025    | InvalidValue spec.http[0].match[0].headers[a].regex",
                "route: [{destination: {host: a.io}}], rewrite: {uriRegexRewrite: {match: '@', rewrite: b}} | 1025 | InvalidValue spec.http[0].rewrite.uriRegexRewrite",
                "directResponse: {status: 200, body: {string: '@'}}                         | 100000  |",
                "directResponse: {status: 200, body: {string: '@'}}                         | 200000  | W InvalidValue spec.http[0].directResponse.body",
            })
    void lengths(String rule, int length, @Nullable String expected) {
        check(
                "VirtualService",
                "hosts: [h.io], gateways: [g], http: [{" + rule.replace("@", "a".repeat(length)) + "}]",
                expected);
    }

    /** The names of all kinds. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: a, namespace: b |",
                "name: a.b-c |",
                "name: A | InvalidValue metadata.name",
                "name: a_b | InvalidValue metadata.name",
                "name: -a | InvalidValue metadata.name",
                "name: '' | InvalidValue metadata.name",
                "name: a, namespace: B_ | InvalidValue metadata.namespace",
                "name: a, namespace: b.c | InvalidValue metadata.namespace",
                "name: a, labels: {b: 1} | WrongType metadata.labels.b",
                "labels: {b: c} | MissingField metadata.name",
            })
    void metadata(String metadata, @Nullable String expected) {
        List<String> found = TestConfig.read("apiVersion: networking.istio.io/v1\nkind: WorkloadEntry\nmetadata: {"
                        + metadata + "}\nspec: {address: 10.0.0.1}\n")
                .problems()
                .stream()
                .map(problem -> problem.code() + " " + problem.path())
                .toList();
        if (expected == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).contains(expected.strip());
        }
    }

    /** The expectation with its path completed: {@code Code} is about the thing itself, {@code Code part} about a part. */
    private static @Nullable String at(@Nullable String expected, String path) {
        if (expected == null) {
            return null;
        }
        String[] words = expected.strip().split(" (?=[a-z])", 2);
        return words[0] + " " + path + (words.length < 2 ? "" : "." + words[1]);
    }
}
