package io.convergate.routing.model;

import java.util.Optional;

/**
 * What changes on the way to a destination. Istio: HTTPRewrite.
 *
 * @param uri takes the place of the matched prefix, or of the whole path if that was matched
 * @param authority the Host the destination gets
 * @param uriRegexRewrite or what is replaced in the path
 */
public record HttpRewrite(Optional<String> uri, Optional<String> authority, Optional<RegexRewrite> uriRegexRewrite) {
    /**
     * A replacement by expression. Istio: RegexRewrite.
     *
     * @param match what to find, in RE2 syntax
     * @param rewrite what takes its place, with {@code \1} for groups
     */
    public record RegexRewrite(String match, String rewrite) {}
}
