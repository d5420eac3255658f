package io.convergate.node.edge.proxy;

/**
 * The check of a path that a route's rewrite made. What goes upstream must still be one request with one canonical path: a
 * rewrite may hold anything its author wrote, and what it leaves of the client's path can become a dot segment.
 */
final class RewrittenPath {
    private RewrittenPath() {}

    /** Whether it starts with a slash, is of visible ASCII, and has no dot segment. */
    static boolean isSound(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return false;
            }
            if (c == '/' && startsDotSegment(path, i + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsDotSegment(String path, int start) {
        int end = path.indexOf('/', start);
        int length = (end < 0 ? path.length() : end) - start;
        return length == 1 && path.charAt(start) == '.' || length == 2 && path.startsWith("..", start);
    }
}
