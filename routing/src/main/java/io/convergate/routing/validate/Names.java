package io.convergate.routing.validate;

import io.convergate.routing.request.Authority;
import java.util.regex.Pattern;

/** The forms of names, as Kubernetes and Istio define them. */
final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /** Kubernetes: DNS-1123 subdomain, which has a bound for all of it and none for a label. */
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private static final Pattern HOST_LABEL = Pattern.compile("[a-zA-Z0-9_]([-a-zA-Z0-9_]{0,61}[a-zA-Z0-9_])?");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final Pattern HEADER = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");
    private static final Pattern LABEL_PART = Pattern.compile("[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?");
    private static final int HOST_MAX = 255;
    private static final int NAME_MAX = 253;

    private Names() {}

    /** A DNS label: RFC 1123, in lower case, at most 63 characters. */
    static boolean isLabel(String name) {
        return LABEL.matcher(name).matches();
    }

    /** A resource's name: labels of whatever length joined with dots, at most 253 characters. */
    static boolean isResourceName(String name) {
        return name.length() <= NAME_MAX && SUBDOMAIN.matcher(name).matches();
    }

    /** A host name without wildcard: labels in any case, at most 255 characters, one trailing dot allowed. */
    static boolean isHost(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.isEmpty() || name.length() > HOST_MAX) {
            return false;
        }
        String[] labels = name.split("\\.", -1);
        for (String label : labels) {
            if (!HOST_LABEL.matcher(label).matches()) {
                return false;
            }
        }
        String top = labels[labels.length - 1];
        return labels.length == 1 || !top.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** A host as Kubernetes has it: a name in lower case, or {@code *.} and such a name; no address. */
    static boolean isKubernetesHost(String host) {
        return isResourceName(host.startsWith("*.") ? host.substring(2) : host) && !isIp(host);
    }

    /** A host name, {@code *.} and a host name, or {@code *}. */
    static boolean isHostPattern(String host) {
        return host.equals("*") || isHost(host.startsWith("*.") ? host.substring(2) : host);
    }

    /** An IP address, without brackets. */
    static boolean isIp(String address) {
        return IPV4.matcher(address).matches() || IPV6.matcher(address).matches();
    }

    /** An IP address or a range of them, {@code address/bits}. */
    static boolean isIpOrCidr(String address) {
        int slash = address.indexOf('/');
        if (slash < 0) {
            return isIp(address);
        }
        String bits = address.substring(slash + 1);
        boolean v4 = IPV4.matcher(address.substring(0, slash)).matches();
        return isIp(address.substring(0, slash))
                && bits.matches("[0-9]{1,3}")
                && Integer.parseInt(bits) <= (v4 ? 32 : 128);
    }

    /** A host name or an IP address, an IPv6 one in brackets, and maybe a port: what a Host header says. */
    static boolean isAuthority(String authority) {
        int end = Authority.hostEnd(authority);
        String host = authority.substring(0, end);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String port = authority.substring(Math.min(authority.length(), end + 1));
        return (bracketed
                        ? isIp(host.substring(1, host.length() - 1))
                        : isHost(host) || IPV4.matcher(host).matches())
                && (end == authority.length() || port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65535);
    }

    /** A label as Kubernetes has it, {@code name=value}; a name may have a prefix, a domain and a slash. */
    static boolean isLabel(String name, String value) {
        int slash = name.indexOf('/');
        return (slash < 0 || isResourceName(name.substring(0, slash)))
                && LABEL_PART.matcher(name.substring(slash + 1)).matches()
                && (value.isEmpty() || LABEL_PART.matcher(value).matches());
    }

    /** The name of a header: RFC 9110's token. */
    static boolean isHeader(String name) {
        return HEADER.matcher(name).matches();
    }
}
