package io.convergate.routing.resolve;

import io.convergate.routing.model.Headers;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.StringMatch;
import io.convergate.routing.model.VirtualService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Merges the rule that delegates, the root, with a rule of the delegate, the leaf. Istio: mergeHTTPRoute. The leaf's word
 * counts where it says something, else the root's. Each match of the leaf must lie within one of the root's, as far as the
 * two can be compared; a leaf of which one does not is dropped as a whole.
 */
final class RuleMerge {
    private RuleMerge() {}

    /** The leaf as it acts; null if it is dropped. */
    static @Nullable EffectiveRule merge(HttpRoute root, List<HttpMatch> rootMatches, EffectiveRule leaf) {
        HttpRoute route = leaf.route();
        List<HttpMatch> leafMatches =
                qualified(route.match(), leaf.writtenIn().metadata().namespace());
        List<HttpMatch> matches = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        if (leafMatches.isEmpty()) {
            matches.addAll(rootMatches);
            rootMatches.forEach(match -> paths.add(leaf.path()));
        } else if (rootMatches.isEmpty()) {
            matches.addAll(leafMatches);
            paths.addAll(leaf.matchPaths());
        }
        for (int i = 0; i < leafMatches.size() && !rootMatches.isEmpty(); i++) {
            int before = matches.size();
            for (HttpMatch rootMatch : rootMatches) {
                if (!conflict(rootMatch, leafMatches.get(i))) {
                    matches.add(merge(rootMatch, leafMatches.get(i)));
                    paths.add(leaf.matchPaths().get(i));
                }
            }
            if (matches.size() == before) {
                return null;
            }
        }
        HttpRoute merged = new HttpRoute(
                joined(root.name(), route.name()),
                matches,
                route.route(),
                route.redirect(),
                route.directResponse(),
                Optional.empty(),
                either(route, root, HttpRoute::rewrite),
                either(route, root, HttpRoute::timeout),
                either(route, root, HttpRoute::retries),
                either(route, root, HttpRoute::fault),
                either(route, root, HttpRoute::mirror),
                either(route, root, HttpRoute::mirrorPercentage),
                route.mirrorPercent().isPresent() ? route.mirrorPercent() : root.mirrorPercent(),
                route.mirrors().isEmpty() ? root.mirrors() : route.mirrors(),
                either(route, root, HttpRoute::corsPolicy),
                route.headers().equals(Headers.NONE) ? root.headers() : route.headers());
        return new EffectiveRule(merged, leaf.writtenIn(), leaf.path(), paths);
    }

    private static <T> Optional<T> either(HttpRoute leaf, HttpRoute root, Function<HttpRoute, Optional<T>> part) {
        return part.apply(leaf).or(() -> part.apply(root));
    }

    private static <T> Optional<T> either(HttpMatch leaf, HttpMatch root, Function<HttpMatch, Optional<T>> part) {
        return part.apply(leaf).or(() -> part.apply(root));
    }

    private static Optional<String> joined(Optional<String> root, Optional<String> leaf) {
        Optional<String> first = root.filter(name -> !name.isEmpty());
        Optional<String> last = leaf.filter(name -> !name.isEmpty());
        return first.isPresent() && last.isPresent()
                ? Optional.of(first.get() + '-' + last.get())
                : first.or(() -> last);
    }

    /** The matches with their gateways in the form {@code namespace/name}, so that those of two namespaces can be compared. */
    static List<HttpMatch> qualified(List<HttpMatch> matches, String namespace) {
        return matches.stream()
                .map(match -> match.gateways().isEmpty()
                        ? match
                        : new HttpMatch(
                                match.name(),
                                match.uri(),
                                match.ignoreUriCase(),
                                match.scheme(),
                                match.method(),
                                match.authority(),
                                match.headers(),
                                match.withoutHeaders(),
                                match.queryParams(),
                                match.port(),
                                match.gateways().stream()
                                        .map(name -> qualified(name, namespace))
                                        .toList(),
                                match.sourceLabels(),
                                match.sourceNamespace(),
                                match.statPrefix()))
                .toList();
    }

    private static String qualified(String gateway, String namespace) {
        if (gateway.equals(VirtualService.MESH)) {
            return gateway;
        }
        ResourceKey key = Configuration.gatewayKey(gateway, namespace);
        return key.namespace() + '/' + key.name();
    }

    private static HttpMatch merge(HttpMatch root, HttpMatch leaf) {
        return new HttpMatch(
                joined(root.name(), leaf.name()),
                either(leaf, root, HttpMatch::uri),
                leaf.ignoreUriCase(),
                either(leaf, root, HttpMatch::scheme),
                either(leaf, root, HttpMatch::method),
                either(leaf, root, HttpMatch::authority),
                union(root.headers(), leaf.headers()),
                union(root.withoutHeaders(), leaf.withoutHeaders()),
                union(root.queryParams(), leaf.queryParams()),
                leaf.port().isPresent() ? leaf.port() : root.port(),
                leaf.gateways().isEmpty() ? root.gateways() : leaf.gateways(),
                union(root.sourceLabels(), leaf.sourceLabels()),
                either(leaf, root, HttpMatch::sourceNamespace),
                either(leaf, root, HttpMatch::statPrefix));
    }

    private static <T> Map<String, T> union(Map<String, T> root, Map<String, T> leaf) {
        Map<String, T> all = new HashMap<>(root);
        all.putAll(leaf);
        return all;
    }

    private static boolean conflict(HttpMatch root, HttpMatch leaf) {
        return conflict(root.uri(), leaf.uri())
                || conflict(root.scheme(), leaf.scheme())
                || conflict(root.method(), leaf.method())
                || conflict(root.authority(), leaf.authority())
                || conflict(root.headers(), leaf.headers())
                || conflict(root.withoutHeaders(), leaf.withoutHeaders())
                || conflict(root.queryParams(), leaf.queryParams())
                || root.ignoreUriCase() != leaf.ignoreUriCase()
                || differ(root.port(), leaf.port())
                || differ(root.sourceNamespace(), leaf.sourceNamespace())
                || leaf.sourceLabels().entrySet().stream().anyMatch(label -> !label.getValue()
                        .equals(root.sourceLabels().getOrDefault(label.getKey(), label.getValue())))
                || !root.gateways().isEmpty() && !new HashSet<>(root.gateways()).containsAll(leaf.gateways());
    }

    private static boolean differ(OptionalLong root, OptionalLong leaf) {
        return root.isPresent() && leaf.isPresent() && root.getAsLong() != leaf.getAsLong();
    }

    private static boolean differ(Optional<String> root, Optional<String> leaf) {
        return root.isPresent() && leaf.isPresent() && !root.equals(leaf);
    }

    private static boolean conflict(Map<String, StringMatch> root, Map<String, StringMatch> leaf) {
        return leaf.entrySet().stream()
                .anyMatch(entry ->
                        conflict(Optional.ofNullable(root.get(entry.getKey())), Optional.of(entry.getValue())));
    }

    /** Whether a leaf's condition may hold where the root's does not; expressions cannot be compared. Istio: stringMatchConflict. */
    private static boolean conflict(Optional<StringMatch> root, Optional<StringMatch> leaf) {
        if (root.isEmpty() || leaf.isEmpty()) {
            return false;
        }
        StringMatch narrow = leaf.get();
        if (root.get() instanceof StringMatch.Exact) {
            return !root.equals(leaf);
        }
        if (!(root.get() instanceof StringMatch.Prefix prefix)) {
            return true;
        }
        String start = narrow instanceof StringMatch.Prefix longer
                ? longer.value()
                : narrow instanceof StringMatch.Exact exact ? exact.value() : "";
        return start.isEmpty() || !start.startsWith(prefix.value());
    }
}
