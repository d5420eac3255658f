package io.convergate.node.edge.wire;

import org.jspecify.annotations.Nullable;

/**
 * The request line of {@link HeadScanner}: {@code token SP target SP HTTP/1.x CRLF}, exactly so, after at most one
 * empty line (RFC 9112 sections 2.2 and 3). A target is of
 * visible ASCII without quotes, angle brackets and backslashes; whether it makes sense is decided later, on the whole.
 */
final class RequestHeadScanner extends HeadScanner {
    private static final String VERSION_START = "HTTP/";
    private static final int VERSION_LENGTH = 8;

    private enum Part {
        START,
        EMPTY_LINE_LF,
        METHOD,
        TARGET,
        VERSION,
        LF
    }

    private Part part = Part.START;
    private boolean emptyLineSeen;
    private boolean targetBegun;
    private int versionLength;
    private boolean versionServed;
    private @Nullable WireFault fault;

    @Override
    void resetFirstLine() {
        part = Part.START;
        emptyLineSeen = false;
        targetBegun = false;
        versionLength = 0;
        versionServed = true;
        fault = null;
    }

    @Override
    boolean firstLineBegun() {
        return part != Part.START || emptyLineSeen;
    }

    @Override
    WireFault firstLineFault() {
        return fault == null ? WireFault.badRequest("a malformed request line") : fault;
    }

    @Override
    FirstLine firstLine(byte value) {
        switch (part) {
            case START:
                if (isToken(value)) {
                    part = Part.METHOD;
                    return FirstLine.MORE;
                }
                if (value == '\r' && !emptyLineSeen) {
                    part = Part.EMPTY_LINE_LF;
                    return FirstLine.MORE;
                }
                return refuse("a request line that starts with no method");
            case EMPTY_LINE_LF:
                emptyLineSeen = true;
                part = Part.START;
                return value == '\n' ? FirstLine.MORE : refuse("a bare CR before the request line");
            case METHOD:
                if (isToken(value)) {
                    return FirstLine.MORE;
                }
                part = Part.TARGET;
                return value == ' ' ? FirstLine.MORE : refuse("a character in the method that is no token character");
            case TARGET:
                if (value > ' ' && value < 0x7f) {
                    targetBegun = true;
                    return value == '"' || value == '<' || value == '>' || value == '\\'
                            ? refuse("a character in the target that no URI has")
                            : FirstLine.MORE;
                }
                part = Part.VERSION;
                return value == ' ' && targetBegun
                        ? FirstLine.MORE
                        : refuse("a request line that is not method, target and version with one space between");
            case VERSION:
                return version(value);
            default:
                if (value != '\n') {
                    return refuse("a bare CR in the request line");
                }
                return versionServed ? FirstLine.OVER : refuse(505, "an HTTP version that is not 1.0 or 1.1");
        }
    }

    private FirstLine version(byte value) {
        int at = versionLength++;
        if (at < VERSION_START.length()) {
            return value == VERSION_START.charAt(at) ? FirstLine.MORE : refuse("a malformed HTTP version");
        }
        if (at == VERSION_LENGTH) {
            part = Part.LF;
            return value == '\r' ? FirstLine.MORE : refuse("a malformed HTTP version");
        }
        boolean digit = value >= '0' && value <= '9';
        switch (at) {
            case 5:
                versionServed = value == '1';
                return digit ? FirstLine.MORE : refuse("a malformed HTTP version");
            case 6:
                return value == '.' ? FirstLine.MORE : refuse("a malformed HTTP version");
            default:
                versionServed &= value == '0' || value == '1';
                return digit ? FirstLine.MORE : refuse("a malformed HTTP version");
        }
    }

    private FirstLine refuse(String what) {
        return refuse(400, what);
    }

    private FirstLine refuse(int status, String what) {
        fault = new WireFault(status, what);
        return FirstLine.FAULTY;
    }
}
