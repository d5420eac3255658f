package io.convergate.routing.request;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** IP addresses as text. */
public final class IpAddresses {
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private IpAddresses() {}

    /**
     * An IPv6 address, with or without brackets, in its long form, so that it is one text however it is written: {@code
     * 0:0:0:0:0:0:0:1}. Anything else as it stands.
     */
    public static String canonical(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!IPV6.matcher(bare).matches()) {
            return text;
        }
        try {
            return InetAddress.getByName(bare).getHostAddress(); // a literal: no name is looked up
        } catch (UnknownHostException e) {
            return text;
        }
    }
}
