package io.convergate.routing.validate;

import io.convergate.routing.request.Authority;
import java.util.regex.Pattern;

/** The forms of names, as Kubernetes and Istio define them. */
final class Names {
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final Pattern LABEL_PART = Pattern.compile("[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?");

    /** What a token may have beside letters and digits. */
    private static final String TOKEN = "-!#$%&'*+.^_`|~";

    private static final int LABEL_MAX = 63;
    private static final int HOST_MAX = 255;
    private static final int NAME_MAX = 253;

    private Names() {}

    /** A DNS label: RFC 1123, in lower case, at most 63 characters. */
    static boolean isLabel(String name) {
        return name.length() <= LABEL_MAX && areJoined(name, 0, name.length(), Names::isSmall);
    }

    /** A resource's name: labels of whatever length joined with dots, at most 253 characters. */
    static boolean isResourceName(String name) {
        return name.length() <= NAME_MAX && areLabels(name, NAME_MAX, Names::isSmall);
    }

    /** A host name without wildcard: labels in any case, at most 255 characters, one trailing dot allowed. */
    static boolean isHost(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.isEmpty() || name.length() > HOST_MAX) {
            return false;
        }
        if (!areLabels(name, LABEL_MAX, Names::isOfHost)) {
            return false;
        }
        int top = name.lastIndexOf('.') + 1;
        return top == 0 || !isDigits(name, top);
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
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isSmall(c) && !(c >= 'A' && c <= 'Z') && TOKEN.indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    // By hand and not by patterns: these are called for every name of every resource, and what is behind a pattern is
    // the most work for the JIT of all that a large change brings about.

    /** Which characters a label may have, beside dashes within it. */
    private interface Alphabet {
        boolean has(char c);
    }

    private static boolean isSmall(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    private static boolean isOfHost(char c) {
        return isSmall(c) || c >= 'A' && c <= 'Z' || c == '_';
    }

    /** Whether a name is labels joined with dots, each of so many characters at most. */
    private static boolean areLabels(String name, int max, Alphabet alphabet) {
        int from = 0;
        while (true) {
            int dot = name.indexOf('.', from);
            int to = dot < 0 ? name.length() : dot;
            if (to - from > max || !areJoined(name, from, to, alphabet)) {
                return false;
            }
            if (dot < 0) {
                return true;
            }
            from = dot + 1;
        }
    }

    /** Whether a part of a name is not empty, of these characters, and of dashes that do neither begin nor end it. */
    private static boolean areJoined(String name, int from, int to, Alphabet alphabet) {
        for (int i = from; i < to; i++) {
            char c = name.charAt(i);
            if (!alphabet.has(c) && (c != '-' || i == from || i == to - 1)) {
                return false;
            }
        }
        return to > from;
    }

    private static boolean isDigits(String name, int from) {
        for (int i = from; i < name.length(); i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
