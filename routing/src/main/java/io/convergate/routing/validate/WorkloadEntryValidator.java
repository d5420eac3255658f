package io.convergate.routing.validate;

import io.convergate.routing.model.Workload;
import io.convergate.routing.model.WorkloadEntry;

/** Istio's rules for WorkloadEntries, those inside a ServiceEntry and those by themselves: validateWorkloadEntry. */
final class WorkloadEntryValidator {
    private static final int LOCALITY_PARTS_MAX = 3;

    private WorkloadEntryValidator() {}

    static void validate(Workload workload, Findings findings) {
        validate("spec", workload.entry(), findings);
        workload.entry()
                .ports()
                .keySet()
                .forEach(name -> findings.require(
                        Names.isLabel(name), "spec.ports[" + name + "]", name, "the name of a port: a DNS label"));
    }

    /** What holds for a place whichever service runs there. */
    static void validate(String path, WorkloadEntry entry, Findings findings) {
        String address = entry.address().orElse("");
        if (address.isEmpty()) {
            findings.require(entry.network().isPresent(), path + ".address", "nothing", "an address");
            findings.unserved(
                    entry.network().isPresent(), path + ".network", "an endpoint without address is left out");
        } else {
            findings.require(
                    Names.isIp(address) || Names.isHost(address),
                    path + ".address",
                    address,
                    address.startsWith("unix:")
                            ? "an IP address or a host name: unix sockets are not connected to"
                            : "an IP address or a host name");
            findings.unserved(entry.network().isPresent(), path + ".network", "every address is connected to directly");
        }
        findings.labels(path + ".labels", entry.labels());
        entry.ports().forEach((name, port) -> findings.port(path + ".ports[" + name + "]", port));
        entry.weight()
                .ifPresent(weight -> findings.require(
                        weight >= 0 && weight <= Integer.MAX_VALUE, path + ".weight", weight, "0 to 2^31-1"));
        entry.locality().filter(locality -> !locality.isEmpty()).ifPresent(locality -> {
            String[] parts = locality.split("/", -1);
            boolean good = parts.length <= LOCALITY_PARTS_MAX;
            for (String part : parts) {
                good &= !part.isBlank() && part.indexOf('*') < 0;
            }
            findings.require(good, path + ".locality", locality, "region, region/zone or region/zone/subzone");
        });
        findings.unserved(
                entry.serviceAccount().isPresent(), path + ".serviceAccount", "no identity is asked for or checked");
    }
}
