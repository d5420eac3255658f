package io.convergate.node.admin.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of resources that a node keeps, by their Kubernetes names. */
public enum Kind {
    GATEWAY("Gateway", "gateways", "gw"),
    VIRTUAL_SERVICE("VirtualService", "virtualservices", "vs"),
    DESTINATION_RULE("DestinationRule", "destinationrules", "dr"),
    SERVICE_ENTRY("ServiceEntry", "serviceentries", "se"),
    WORKLOAD_ENTRY("WorkloadEntry", "workloadentries", "we");

    /** The API group of all of them. */
    public static final String GROUP = "networking.istio.io";

    /** The API versions that are read, the preferred one first; all mean the same. */
    public static final List<String> VERSIONS = List.of("v1", "v1beta1", "v1alpha3");

    private final String kind;
    private final String plural;
    private final String shortName;

    Kind(String kind, String plural, String shortName) {
        this.kind = kind;
        this.plural = plural;
        this.shortName = shortName;
    }

    /** The name in a resource's {@code kind} field, such as {@code VirtualService}. */
    public String kind() {
        return kind;
    }

    /** The name in a path, such as {@code virtualservices}. */
    public String plural() {
        return plural;
    }

    /** The short name, such as {@code vs}. */
    public String shortName() {
        return shortName;
    }

    /** The kind whose path name this is. */
    public static Optional<Kind> ofPlural(String plural) {
        return Arrays.stream(values()).filter(k -> k.plural.equals(plural)).findFirst();
    }

    /** The kind that a person means: by plural, singular or short name, in any case. */
    public static Optional<Kind> named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(k -> wanted.equals(k.plural)
                        || wanted.equals(k.kind.toLowerCase(Locale.ROOT))
                        || wanted.equals(k.shortName))
                .findFirst();
    }

    /** Every kind with its short name, for help and messages. */
    public static String listing() {
        return Arrays.stream(values())
                .map(k -> k.plural + " (" + k.shortName + ")")
                .collect(Collectors.joining(", "));
    }
}
