package io.convergate.routing.resolve;

import io.convergate.routing.model.k8s.Ingress;
import java.util.Arrays;
import java.util.List;

/**
 * What the annotations of ingress-nginx on an Ingress say of how much of it one client may have. A number of 0 is no limit, as there.
 *
 * @param perSecond requests a second; 0 if they are not limited
 * @param perMinute requests a minute; 0 if they are not limited
 * @param inFlight requests at a time; 0 if they are not limited
 * @param burstMultiplier how many seconds' or minutes' worth may come at once
 * @param exempt addresses, and ranges of them, that are not limited
 */
public record NginxLimits(int perSecond, int perMinute, int inFlight, int burstMultiplier, List<String> exempt) {
    /** That of ingress-nginx. */
    private static final int BURST_MULTIPLIER = 5;

    public NginxLimits {
        exempt = List.copyOf(exempt);
    }

    /** Those of an Ingress. A number that is none counts as not there; the validator refuses it before. */
    public static NginxLimits of(Ingress ingress) {
        return new NginxLimits(
                NginxAnnotations.number(ingress, "limit-rps").orElse(0),
                NginxAnnotations.number(ingress, "limit-rpm").orElse(0),
                NginxAnnotations.number(ingress, "limit-connections").orElse(0),
                NginxAnnotations.number(ingress, "limit-burst-multiplier").orElse(BURST_MULTIPLIER),
                ingress.nginx("limit-allowlist")
                        .or(() -> ingress.nginx("limit-whitelist"))
                        .map(NginxLimits::ranges)
                        .orElse(List.of()));
    }

    /** The addresses and ranges of a list with commas. */
    public static List<String> ranges(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(range -> !range.isEmpty())
                .toList();
    }

    public boolean isEmpty() {
        return perSecond == 0 && perMinute == 0 && inFlight == 0;
    }
}
