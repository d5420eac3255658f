package io.convergate.routing.action;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/** How a path changes before it goes upstream. The query is not touched. Istio: HTTPRewrite, HTTPRedirect. */
public sealed interface PathRewrite {
    /** The path to send, for a path that this rewrite's route matched. */
    String rewrite(String path);

    /** Replaces the whole path. */
    record Whole(String replacement) implements PathRewrite {
        @Override
        public String rewrite(String path) {
            return replacement;
        }
    }

    /**
     * Replaces the prefix that the route matched, as it stands: prefix {@code /foo} with replacement {@code /} turns
     * {@code /foo/bar} into {@code //bar}, as in Istio.
     *
     * @param prefixLength the length of the matched prefix in characters
     * @param replacement what takes its place
     */
    record Prefix(int prefixLength, String replacement) implements PathRewrite {
        @Override
        public String rewrite(String path) {
            return replacement.concat(path.substring(prefixLength));
        }
    }

    /**
     * Replaces the path elements that the route matched; slashes at the seam neither double nor vanish, and what would be empty is
     * a slash. Gateway API: ReplacePrefixMatch.
     *
     * @param length the length of the matched elements in characters, without slash at the end
     * @param replacement what takes their place
     */
    record Elements(int length, String replacement) implements PathRewrite {
        public Elements {
            int end = replacement.length();
            while (end > 0 && replacement.charAt(end - 1) == '/') {
                end--;
            }
            replacement = replacement.substring(0, end);
        }

        @Override
        public String rewrite(String path) {
            String rewritten = replacement.concat(path.substring(length));
            return rewritten.isEmpty() ? "/" : rewritten;
        }
    }

    /** Replaces every part of the path that a regular expression finds. Istio: HTTPRewrite.uriRegexRewrite. */
    final class Regex implements PathRewrite {
        private final Pattern pattern;
        private final List<Object> parts;

        /**
         * @param pattern what to find, left to right, without overlap
         * @param replacement what takes its place; {@code \1} to {@code \9} stand for groups, {@code \0} for all that was found,
         *     {@code \\} for a backslash
         * @throws IllegalArgumentException if a backslash is followed by anything else, or by a group that does not exist
         */
        public Regex(Pattern pattern, String replacement) {
            this.pattern = pattern;
            this.parts = parse(replacement, pattern.groupCount());
        }

        private static List<Object> parse(String replacement, int groups) {
            List<Object> parts = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < replacement.length(); i++) {
                char c = replacement.charAt(i);
                if (c != '\\') {
                    text.append(c);
                    continue;
                }
                char next = ++i < replacement.length() ? replacement.charAt(i) : ' ';
                if (next == '\\') {
                    text.append(next);
                } else if (next >= '0' && next <= '9' && next - '0' <= groups) {
                    parts.add(text.toString());
                    text.setLength(0);
                    parts.add(next - '0');
                } else {
                    throw new IllegalArgumentException(replacement
                            + " (expected: after a backslash another, or a group from 0 to " + groups + ")");
                }
            }
            parts.add(text.toString());
            return List.copyOf(parts);
        }

        @Override
        public String rewrite(String path) {
            Matcher matcher = pattern.matcher(path);
            if (!matcher.find()) {
                return path;
            }
            StringBuilder result = new StringBuilder(path.length() + 16);
            int copied = 0;
            do {
                result.append(path, copied, matcher.start());
                for (Object part : parts) {
                    if (part instanceof Integer group) {
                        String found = matcher.group(group);
                        result.append(found == null ? "" : found);
                    } else {
                        result.append((String) part);
                    }
                }
                copied = matcher.end();
            } while (matcher.find());
            return result.append(path, copied, path.length()).toString();
        }
    }
}
