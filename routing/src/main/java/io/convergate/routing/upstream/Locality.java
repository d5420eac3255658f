package io.convergate.routing.upstream;

import java.util.Map;
import java.util.Objects;

/**
 * Where something runs. Kubernetes and Istio: region, zone and subzone; what is not known is empty.
 *
 * @param region such as {@code eu-west-1}
 * @param zone such as {@code eu-west-1a}
 * @param subzone such as {@code rack-7}
 */
public record Locality(String region, String zone, String subzone) {
    /** The label of a node, or of an endpoint, that names its region. */
    public static final String REGION_LABEL = "topology.kubernetes.io/region";

    /** The label that names its zone. */
    public static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    /** The label that names its subzone. */
    public static final String SUBZONE_LABEL = "topology.istio.io/subzone";

    /** The distance of something in another region. */
    public static final int OTHER_REGION = 3;

    private static final String ANY = "*";

    public Locality {
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(subzone, "subzone");
    }

    /** From {@code region/zone/subzone}, of which the end may be missing. */
    public static Locality parse(String text) {
        String[] parts = text.split("/", 3);
        return new Locality(parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
    }

    /** From the labels of a node. */
    public static Locality ofLabels(Map<String, String> labels) {
        return new Locality(
                labels.getOrDefault(REGION_LABEL, ""),
                labels.getOrDefault(ZONE_LABEL, ""),
                labels.getOrDefault(SUBZONE_LABEL, ""));
    }

    /** The labels that say the same. */
    public Map<String, String> labels() {
        return Map.of(REGION_LABEL, region, ZONE_LABEL, zone, SUBZONE_LABEL, subzone);
    }

    /** Whether nothing is known. */
    public boolean isUnknown() {
        return region.isEmpty() && zone.isEmpty() && subzone.isEmpty();
    }

    /**
     * This locality as somebody elsewhere sees it: a zone without region, which is all that an EndpointSlice says, lies in the
     * viewer's region if it is the viewer's zone.
     */
    public Locality seenFrom(Locality viewer) {
        return region.isEmpty() && !zone.isEmpty() && zone.equals(viewer.zone)
                ? new Locality(viewer.region, zone, subzone)
                : this;
    }

    /** 0 for the same subzone, 1 for the same zone, 2 for the same region, else {@link #OTHER_REGION}. Istio: LbPriority. */
    public int distance(Locality other) {
        if (!region.equals(other.region)) {
            return OTHER_REGION;
        }
        return !zone.equals(other.zone) ? 2 : subzone.equals(other.subzone) ? 0 : 1;
    }

    /** Whether a rule's locality covers this one: {@code *}, or nothing, stands for any. Istio: LocalityMatch. */
    public boolean isIn(String pattern) {
        Locality rule = parse(pattern);
        return (rule.region.equals(ANY) || rule.region.equals(region))
                && (rule.zone.equals(ANY) || rule.zone.isEmpty() || rule.zone.equals(zone))
                && (rule.subzone.equals(ANY) || rule.subzone.isEmpty() || rule.subzone.equals(subzone));
    }

    @Override
    public String toString() {
        return (region + '/' + zone + '/' + subzone).replaceAll("/+$", "");
    }
}
