package io.convergate.node.edge.http;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.scaladsl.model.StatusCode;

/**
 * Pekko HTTP's status codes by number, those it does not know included, and the reason phrases the gateway writes. An
 * upstream's own reason phrase is never passed on: it is free text from an untrusted peer and HTTP/2 has none.
 */
public final class Statuses {
    /** The lowest and highest number that can stand in a response (RFC 9110 section 15). */
    public static final int MIN = 100;

    public static final int MAX = 599;

    private static final AtomicReferenceArray<StatusCode> BY_NUMBER = new AtomicReferenceArray<>(MAX + 1);

    private Statuses() {}

    /**
     * The code with this number.
     *
     * @throws IllegalArgumentException if it is not within 100 to 599
     */
    public static StatusCode of(int number) {
        if (number < MIN || number > MAX) {
            throw new IllegalArgumentException("status " + number + " (expected: 100 to 599)");
        }
        StatusCode known = BY_NUMBER.get(number);
        if (known == null) {
            known = (StatusCode) StatusCodes.lookup(number)
                    .orElseGet(() -> StatusCodes.custom(number, reason(number), "", number < 400, allowsBody(number)));
            BY_NUMBER.set(number, known);
        }
        return known;
    }

    /** Whether a response of this number may have a body (RFC 9110 sections 15.2, 15.3.5, 15.4.5). */
    public static boolean allowsBody(int number) {
        return number >= 200 && number != 204 && number != 304;
    }

    private static String reason(int number) {
        return switch (number / 100) {
            case 1 -> "Informational";
            case 2 -> "Success";
            case 3 -> "Redirection";
            case 4 -> "Client Error";
            default -> "Server Error";
        };
    }
}
