package io.convergate.node.edge.wire;

/**
 * The status line of {@link HeadScanner}: {@code HTTP/1.x SP 3DIGIT [SP reason] CRLF} (RFC 9112 section 4). A missing
 * space after the status is let through, as many servers forget it.
 */
final class ResponseHeadScanner extends HeadScanner {
    private static final String START = "HTTP/1.";
    private static final int AFTER_STATUS = 12;
    private static final int REASON = 13;
    private static final int LF = 14;

    private int at;

    @Override
    void resetFirstLine() {
        at = 0;
    }

    @Override
    boolean firstLineBegun() {
        return at > 0;
    }

    @Override
    WireFault firstLineFault() {
        return WireFault.badRequest("a malformed status line");
    }

    @Override
    FirstLine firstLine(byte value) {
        if (at < START.length()) {
            return step(value == START.charAt(at));
        }
        switch (at) {
            case 7:
                return step(value == '0' || value == '1');
            case 8:
                return step(value == ' ');
            case 9:
                return step(value >= '1' && value <= '5');
            case 10:
            case 11:
                return step(value >= '0' && value <= '9');
            case AFTER_STATUS:
                if (value == '\r') {
                    at = LF;
                    return FirstLine.MORE;
                }
                at = REASON;
                return value == ' ' ? FirstLine.MORE : FirstLine.FAULTY;
            case LF:
                return value == '\n' ? FirstLine.OVER : FirstLine.FAULTY;
            default:
                if (value == '\r') {
                    at = LF;
                    return FirstLine.MORE;
                }
                return value >= ' ' && value != 0x7f || value < 0 || value == '\t' ? FirstLine.MORE : FirstLine.FAULTY;
        }
    }

    private FirstLine step(boolean legal) {
        at++;
        return legal ? FirstLine.MORE : FirstLine.FAULTY;
    }
}
