package io.convergate.routing.request;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** An IP address, or a range of them: {@code 10.0.0.0/8}. Immutable. */
public final class AddressRange {
    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern BITS = Pattern.compile("[0-9]{1,3}");

    /** How many bits of an IPv6 address come before the IPv4 address that is mapped into it (RFC 4291, section 2.5.5.2). */
    private static final int MAPPED_BITS = 96;

    private final byte[] address;
    private final int bits;

    private AddressRange(byte[] address, int bits) {
        this.address = address;
        this.bits = bits;
    }

    /** Reads an address, with or without a slash and the number of its bits that count; empty if it is none. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        String length = slash < 0 ? "" : text.substring(slash + 1);
        if (!LITERAL.matcher(literal).matches()
                || slash >= 0 && !BITS.matcher(length).matches()) {
            return Optional.empty();
        }
        try {
            byte[] address = InetAddress.getByName(literal).getAddress(); // a literal: no name is looked up
            int all = address.length * Byte.SIZE;
            int bits = slash < 0 ? all : Integer.parseInt(length);
            if (slash >= 0 && all == Integer.SIZE && literal.indexOf(':') >= 0) {
                bits -= MAPPED_BITS;
            }
            return bits < 0 || bits > all ? Optional.empty() : Optional.of(new AddressRange(address, bits));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Whether an address of 4 or 16 bytes lies in it. */
    public boolean contains(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (other[i] != address[i]) {
                return false;
            }
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || ((other[whole] ^ address[whole]) & 0xff) >> (Byte.SIZE - rest) == 0;
    }
}
