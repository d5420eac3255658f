package io.convergate.routing.validate;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.model.policy.TargetRef;
import io.convergate.routing.problem.GoDuration;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The rules for fields that policies for services have in common. */
final class PolicyFields {
    private static final int TARGETS_MAX = 16;

    /** The kinds a policy can be for, with their groups. */
    private static final Map<String, String> KINDS = Map.of(
            Service.KIND,
            "",
            ServiceEntry.KIND,
            Resource.ISTIO_NETWORKING,
            DestinationRule.KIND,
            Resource.ISTIO_NETWORKING);

    private static final int HEADERS_MAX = 32;

    /** Headers that the gateway sets itself. */
    private static final Set<String> OWN =
            Set.of("connection", "content-length", "transfer-encoding", "upgrade", "trailer", "date");

    private PolicyFields() {}

    /** The headers of a response that a policy writes. */
    static void headers(String path, Map<String, String> headers, Findings findings) {
        findings.require(headers.size() <= HEADERS_MAX, path, headers.size() + " headers", "at most " + HEADERS_MAX);
        headers.forEach((name, value) -> {
            String at = path + '.' + name;
            findings.require(Names.isHeader(name), at, name, "the name of a header");
            findings.require(
                    !OWN.contains(name.toLowerCase(Locale.ROOT)),
                    at,
                    name,
                    "a header that the gateway does not set itself");
            findings.require(HeadersValidator.isValue(value), at, '"' + value + '"', "printable characters");
        });
    }

    /** What a policy for services is for. */
    static void targets(List<TargetRef> targets, Findings findings) {
        if (targets.isEmpty()) {
            findings.missing("spec.targetRefs", "at least one Service, ServiceEntry or DestinationRule");
        }
        findings.require(
                targets.size() <= TARGETS_MAX,
                "spec.targetRefs",
                targets.size() + " targets",
                "at most " + TARGETS_MAX);
        Set<TargetRef> seen = new HashSet<>();
        for (int i = 0; i < targets.size(); i++) {
            TargetRef target = targets.get(i);
            String path = "spec.targetRefs[" + i + "]";
            String group = KINDS.get(target.kind());
            if (group == null) {
                findings.invalid(path + ".kind", target.kind(), "Service, ServiceEntry or DestinationRule");
            } else {
                findings.require(
                        group.equals(target.group()),
                        path + ".group",
                        '"' + target.group() + '"',
                        '"' + group + "\", the group of " + target.kind());
            }
            findings.require(
                    Names.isResourceName(target.name()), path + ".name", target.name(), "the name of a resource");
            findings.require(seen.add(target), path, target + " again", "each once");
        }
    }

    /** Whether it is a status, or a range of them as {@code 200-299}. */
    static boolean isRange(String text) {
        if (!text.matches("[1-5][0-9][0-9](-[1-5][0-9][0-9])?")) {
            return false;
        }
        int dash = text.indexOf('-');
        return dash < 0 || text.substring(0, dash).compareTo(text.substring(dash + 1)) <= 0;
    }

    /** A time between two others. */
    static void within(String path, Optional<Duration> time, Duration min, Duration max, Findings findings) {
        time.ifPresent(value -> findings.require(
                value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                path,
                value,
                GoDuration.text(min) + " to " + GoDuration.text(max)));
    }

    /** A whole number between two others. */
    static void within(String path, OptionalInt number, int min, int max, Findings findings) {
        number.ifPresent(value -> findings.require(value >= min && value <= max, path, value, min + " to " + max));
    }
}
