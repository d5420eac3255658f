package io.convergate.routing.validate;

import io.convergate.routing.model.Protocol;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.WorkloadEntry;
import io.convergate.routing.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Istio's rules for ServiceEntries: ValidateServiceEntry. */
final class ServiceEntryValidator {
    private static final int HOSTS_MAX = 256;
    private static final int ENDPOINTS_MAX = 4096;
    private static final String RESOLUTIONS = "STATIC, DNS or DNS_ROUND_ROBIN: ";
    private static final String NO_ORIGINAL_DESTINATION =
            "connections are made to the gateway, so they have no original destination to go on to";
    private static final String NO_OPEN_PROXY =
            "to connect to whatever name a client sends would make the gateway an open proxy";

    private ServiceEntryValidator() {}

    static void validate(ServiceEntry entry, Findings findings) {
        hosts(entry, findings);
        ports(entry, findings);
        protocols(entry, findings);
        addresses(entry, findings);
        findings.exportTo(entry.exportTo(), true);
        findings.conflict(
                entry.workloadSelector().isPresent() && !entry.endpoints().isEmpty(),
                "spec.workloadSelector",
                "workloadSelector and endpoints",
                "one of them");
        entry.workloadSelector().ifPresent(labels -> findings.labels("spec.workloadSelector.labels", labels));
        if (entry.workloadSelector().map(Map::isEmpty).orElse(false)) {
            findings.warn(
                    "spec.workloadSelector.labels", ProblemCode.INVALID_VALUE, "no labels", "some: all are selected");
        }
        switch (entry.resolution()) {
            case NONE -> findings.invalid("spec.resolution", "NONE", RESOLUTIONS + NO_ORIGINAL_DESTINATION);
            case DYNAMIC_DNS -> findings.invalid("spec.resolution", "DYNAMIC_DNS", RESOLUTIONS + NO_OPEN_PROXY);
            case STATIC, DNS, DNS_ROUND_ROBIN -> {}
        }
        findings.unserved(
                !entry.subjectAltNames().isEmpty(),
                "spec.subjectAltNames",
                "certificates of upstreams are not checked");
        resolution(entry, findings);
        for (int i = 0; i < entry.endpoints().size(); i++) {
            endpoint("spec.endpoints[" + i + "]", entry.endpoints().get(i), entry, findings);
        }
    }

    private static void hosts(ServiceEntry entry, Findings findings) {
        List<String> hosts = entry.hosts();
        if (hosts.isEmpty()) {
            findings.missing("spec.hosts", "at least one host");
        }
        findings.require(hosts.size() <= HOSTS_MAX, "spec.hosts", hosts.size() + " hosts", "at most " + HOSTS_MAX);
        for (int i = 0; i < hosts.size(); i++) {
            String host = hosts.get(i);
            boolean good = !host.equals("*") && Names.isHostPattern(host);
            findings.require(good, "spec.hosts[" + i + "]", host, "a host name or *.name");
            findings.require(
                    entry.resolution() != ServiceEntry.Resolution.DYNAMIC_DNS || host.startsWith("*."),
                    "spec.hosts[" + i + "]",
                    host,
                    "a wildcard with DYNAMIC_DNS");
        }
    }

    private static void ports(ServiceEntry entry, Findings findings) {
        if (entry.ports().isEmpty()) {
            findings.warn("spec.ports", ProblemCode.MISSING_FIELD, "nothing", "at least one port; until then 503");
        }
        Set<String> names = new HashSet<>();
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < entry.ports().size(); i++) {
            ServiceEntry.Port port = entry.ports().get(i);
            String path = "spec.ports[" + i + "]";
            findings.port(path + ".number", port.number());
            port.targetPort().ifPresent(target -> findings.port(path + ".targetPort", target));
            findings.require(Names.isLabel(port.name()), path + ".name", port.name(), "a DNS label");
            findings.require(names.add(port.name()), path + ".name", port.name() + " again", "each name once");
            findings.require(numbers.add(port.number()), path + ".number", port.number() + " again", "each port once");
            Protocol protocol = port.protocol().orElse(Protocol.HTTP);
            findings.unserved(
                    !protocol.isPlainHttp() && protocol != Protocol.TCP,
                    path + ".protocol",
                    "plain HTTP is spoken to a port of " + protocol);
        }
    }

    /** Without a host in what is sent, several hosts cannot be told apart. */
    private static void protocols(ServiceEntry entry, Findings findings) {
        for (int i = 0; i < entry.ports().size(); i++) {
            Protocol protocol = entry.ports().get(i).protocol().orElse(Protocol.TCP);
            boolean namesHost = protocol.isPlainHttp() || protocol.isTls();
            String path = "spec.ports[" + i + "].protocol";
            findings.require(
                    namesHost || entry.hosts().size() < 2 || !entry.addresses().isEmpty(),
                    path,
                    protocol + " with several hosts",
                    "a protocol that names the host: HTTP, GRPC, HTTPS or TLS");
            findings.require(
                    namesHost || entry.resolution() != ServiceEntry.Resolution.DYNAMIC_DNS,
                    path,
                    protocol + " with DYNAMIC_DNS",
                    "HTTP, HTTP2, GRPC, HTTPS or TLS");
        }
    }

    private static void addresses(ServiceEntry entry, Findings findings) {
        for (int i = 0; i < entry.addresses().size(); i++) {
            String address = entry.addresses().get(i);
            String path = "spec.addresses[" + i + "]";
            findings.require(Names.isIpOrCidr(address), path, address, "an IP address or range");
            boolean ranges = entry.resolution() == ServiceEntry.Resolution.NONE
                    || entry.resolution() == ServiceEntry.Resolution.STATIC;
            findings.require(
                    ranges || address.indexOf('/') < 0, path, address, "a range only with resolution NONE or STATIC");
        }
        findings.unserved(!entry.addresses().isEmpty(), "spec.addresses", "requests are routed by host");
    }

    private static void resolution(ServiceEntry entry, Findings findings) {
        int endpoints = entry.endpoints().size();
        switch (entry.resolution()) {
            case NONE ->
                findings.require(
                        endpoints == 0, "spec.endpoints", endpoints + " endpoints", "none with resolution NONE");
            case DNS_ROUND_ROBIN ->
                findings.require(
                        endpoints <= 1, "spec.endpoints", endpoints + " endpoints", "at most one with DNS_ROUND_ROBIN");
            case DYNAMIC_DNS -> {
                findings.require(endpoints == 0, "spec.endpoints", endpoints + " endpoints", "none with DYNAMIC_DNS");
                int addresses = entry.addresses().size();
                findings.require(addresses == 0, "spec.addresses", addresses + " addresses", "none with DYNAMIC_DNS");
            }
            case STATIC, DNS ->
                findings.require(
                        endpoints <= ENDPOINTS_MAX,
                        "spec.endpoints",
                        endpoints + " endpoints",
                        "at most " + ENDPOINTS_MAX);
        }
        if (entry.resolution() == ServiceEntry.Resolution.STATIC
                && endpoints == 0
                && entry.workloadSelector().isEmpty()) {
            findings.warn(
                    "spec.endpoints",
                    ProblemCode.MISSING_FIELD,
                    "nothing",
                    "endpoints, or a workloadSelector; until then 503");
        }
        boolean byName = entry.resolution() == ServiceEntry.Resolution.DNS
                || entry.resolution() == ServiceEntry.Resolution.DNS_ROUND_ROBIN;
        if (byName && endpoints == 0) {
            for (int i = 0; i < entry.hosts().size(); i++) {
                String host = entry.hosts().get(i);
                findings.require(
                        !host.startsWith("*"), "spec.hosts[" + i + "]", host, "a name to resolve, or endpoints");
            }
        }
    }

    private static void endpoint(String path, WorkloadEntry endpoint, ServiceEntry entry, Findings findings) {
        WorkloadEntryValidator.validate(path, endpoint, findings);
        String address = endpoint.address().orElse("");
        if (entry.resolution() == ServiceEntry.Resolution.STATIC && Names.isHost(address)) {
            findings.invalid(path + ".address", address, "an IP address with resolution STATIC");
        }
        endpoint.ports().keySet().forEach(name -> {
            boolean known = entry.ports().stream().anyMatch(own -> own.name().equals(name));
            findings.require(known, path + ".ports[" + name + "]", name, "the name of a port of the service");
        });
    }
}
