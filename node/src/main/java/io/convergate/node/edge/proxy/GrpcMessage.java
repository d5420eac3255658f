package io.convergate.node.edge.proxy;

import java.nio.charset.StandardCharsets;

/**
 * The value of {@code grpc-message}: the text in UTF-8, of which every byte but the printable ones of ASCII is percent-encoded, and
 * so is the percent sign (gRPC over HTTP/2, "Responses", Percent-Encoded).
 */
final class GrpcMessage {
    /** Clients take some 8 KiB of headers in all, so what is longer is cut off. */
    private static final int LENGTH_MAX = 2_048;

    private static final String HEX = "0123456789ABCDEF";

    private GrpcMessage() {}

    static String of(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        text.codePoints()
                .mapToObj(point -> encoded(Character.toString(point)))
                .takeWhile(part -> encoded.length() + part.length() <= LENGTH_MAX)
                .forEachOrdered(encoded::append);
        return encoded.toString();
    }

    private static String encoded(String point) {
        StringBuilder encoded = new StringBuilder(1);
        for (byte octet : point.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= ' ' && octet <= '~' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX.charAt(octet >> 4 & 0xf)).append(HEX.charAt(octet & 0xf));
            }
        }
        return encoded.toString();
    }
}
