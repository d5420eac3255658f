package io.convergate.routing.request;

/** The parts of a Host header or {@code :authority}, found without copying. */
public final class Authority {
    private Authority() {}

    /**
     * Where the host ends: before the colon of a numeric port, else at the end of the text. The brackets of an IPv6 address
     * belong to the host; a colon inside them starts no port.
     */
    public static int hostEnd(String authority) {
        for (int i = authority.length() - 1; i >= 0; i--) {
            char c = authority.charAt(i);
            if (c == ':') {
                return i;
            }
            if (c < '0' || c > '9') {
                break;
            }
        }
        return authority.length();
    }
}
