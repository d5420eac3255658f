package io.convergate.routing.explain;

import io.convergate.routing.resolve.HostNames;
import java.util.HashSet;
import java.util.Set;

/**
 * Some hosts and wildcards, to ask which others share a request with one of them. A question takes the time of the labels of a name,
 * however many there are. Confined to one thread.
 */
final class HostSet {
    private static final String ANY = "*";

    private final Set<String> hosts = new HashSet<>();

    /** The wildcards that cover one of them. */
    private final Set<String> above = new HashSet<>();

    /** @param host a name, or a wildcard for whole labels, in canonical form */
    void add(String host) {
        if (!hosts.add(host)) {
            return;
        }
        above.add(ANY);
        for (int dot = firstDot(host); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            above.add(ANY + host.substring(dot));
        }
    }

    /** Whether some request could be for a host, or for one that a wildcard stands for, and for one of these. */
    boolean overlaps(String host) {
        if (hosts.contains(host) || hosts.contains(ANY) || HostNames.isWildcard(host) && above.contains(host)) {
            return true;
        }
        for (int dot = firstDot(host); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            if (hosts.contains(ANY + host.substring(dot))) {
                return true;
            }
        }
        return false;
    }

    /** Where what a wildcard can stand for ends: not before the first character of a name. */
    private static int firstDot(String host) {
        return host.indexOf('.', HostNames.isWildcard(host) ? 0 : 1);
    }
}
