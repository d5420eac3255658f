package io.convergate.node.edge.http;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.scaladsl.model.Uri;
import org.apache.pekko.http.scaladsl.model.Uri$;
import org.apache.pekko.http.scaladsl.model.Uri$Path$Slash;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Pekko HTTP's {@code Uri} of a request, put together from parts that have been checked already. Its own parser reads
 * the whole text again, character by character, which costs more than everything else about a small request's head.
 */
public final class ModelUri {
    private static final Uri.Path NO_PATH = Uri.Path$.MODULE$.apply("", StandardCharsets.UTF_8);

    private ModelUri() {}

    /** {@code scheme://authority/path?query}; relative if the client named no authority. */
    public static Uri of(String scheme, RequestTarget target) {
        Uri.Authority authority = authority(target.authority());
        return Uri$.MODULE$.createUnsafe(
                authority.isEmpty() ? "" : scheme,
                authority,
                path(target.path()),
                query(target.query()),
                Option.empty());
    }

    private static Option<String> query(@Nullable String query) {
        return Option.apply(query);
    }

    private static Uri.Authority authority(String authority) {
        if (authority.isEmpty()) {
            return Uri.Authority$.MODULE$.Empty();
        }
        if (authority.charAt(0) == '[') {
            return Uri.Authority$.MODULE$.parse(
                    org.parboiled2.ParserInput$.MODULE$.apply(authority),
                    StandardCharsets.UTF_8,
                    Uri.ParsingMode$.MODULE$.apply("relaxed"));
        }
        int colon = authority.indexOf(':');
        return colon < 0
                ? new Uri.Authority(new Uri.NamedHost(authority), 0, "")
                : new Uri.Authority(
                        new Uri.NamedHost(authority.substring(0, colon)),
                        Integer.parseInt(authority, colon + 1, authority.length(), 10),
                        "");
    }

    private static Uri.Path path(String path) {
        if (path.indexOf('%') >= 0) {
            return Uri.Path$.MODULE$.apply(path, StandardCharsets.UTF_8);
        }
        Uri.Path rest = NO_PATH;
        int end = path.length();
        while (end > 0) {
            int slash = path.lastIndexOf('/', end - 1);
            if (slash + 1 < end) {
                rest = rest.$colon$colon(path.substring(slash + 1, end));
            }
            if (slash >= 0) {
                rest = new Uri$Path$Slash(rest);
            }
            end = Math.max(slash, 0);
        }
        return rest;
    }
}
