package io.convergate.routing.descriptor;

import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.model.policy.RateLimitDomain;
import io.convergate.routing.model.policy.RateLimitDomain.Descriptor;
import io.convergate.routing.model.policy.RateLimitDomain.Unit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A domain of the rate limit service, ready to be asked. Immutable. */
public final class Domain {
    private final List<RateLimitDomain> sources;
    private final DescriptorTree tree;
    private final boolean responseHeaders;
    private final Function<RateLimit.Info, Object> attachment;
    private final Set<String> labels;

    private Domain(
            List<RateLimitDomain> sources,
            DescriptorTree tree,
            Set<String> labels,
            Function<RateLimit.Info, Object> attachment) {
        this.sources = sources;
        this.tree = tree;
        this.labels = Set.copyOf(labels);
        this.responseHeaders = sources.stream().anyMatch(RateLimitDomain::responseHeaders);
        this.attachment = attachment;
    }

    /**
     * Puts a domain together.
     *
     * @param sources what is said of it, oldest first: what an older one says about a key and a value at the first level counts
     * @param attachment called once for each limit; what it returns stays with the limit
     */
    static Domain of(List<RateLimitDomain> sources, Function<RateLimit.Info, Object> attachment) {
        DescriptorTree.Builder level = new DescriptorTree.Builder();
        Set<String> labels = new HashSet<>();
        for (RateLimitDomain source : sources) {
            add(source, source.domain(), source.descriptors(), level, labels, attachment);
        }
        return new Domain(List.copyOf(sources), level.build(), labels, attachment);
    }

    private static void add(
            RateLimitDomain source,
            String above,
            List<Descriptor> descriptors,
            DescriptorTree.Builder level,
            Set<String> labels,
            Function<RateLimit.Info, Object> attachment) {
        for (Descriptor descriptor : descriptors) {
            String label = above + '.' + descriptor.label();
            DescriptorTree.Builder next = new DescriptorTree.Builder();
            add(source, label, descriptor.descriptors(), next, labels, attachment);
            DescriptorLimit limit = descriptor
                    .limit()
                    .map(written -> DescriptorLimit.written(source, label, descriptor, written, attachment))
                    .orElse(null);
            if (limit != null) {
                labels.add(label);
            }
            String value = descriptor.value().orElse(null);
            level.add(
                    descriptor.key(),
                    value,
                    new DescriptorTree.Node(limit, descriptor.shareThreshold() ? value : null, next.build()));
        }
    }

    /** Whether it is made of just these resources. */
    boolean isMadeOf(List<RateLimitDomain> others) {
        if (others.size() != sources.size()) {
            return false;
        }
        for (int i = 0; i < others.size(); i++) {
            if (others.get(i) != sources.get(i)) {
                return false;
            }
        }
        return true;
    }

    /** The labels of its limits. */
    Set<String> labels() {
        return labels;
    }

    /** Whether answers have headers that say what is left. */
    public boolean hasResponseHeaders() {
        return responseHeaders;
    }

    /** What limits a descriptor of a request; null if nothing does. */
    public @Nullable Match match(List<Entry> entries) {
        return tree.match(entries);
    }

    /**
     * The limit that a request brings with a descriptor, in place of what is written. It counts for itself: another number is another
     * count.
     *
     * @param requests how many, 0 to {@link io.convergate.routing.limit.LimitSpec#AMOUNT_MAX}
     */
    public Match brought(long requests, Unit unit) {
        return new Match(DescriptorLimit.brought(sources.get(0), requests, unit, attachment), null);
    }

    /** The key under which a descriptor counts; only for limits that are counted. */
    public static KeyHash key(KeyHash hash, Match match, List<Entry> entries) {
        DescriptorLimit.Counted counted = match.limit().counted().orElseThrow();
        hash.begin(counted.secret().k0(), counted.secret().k1());
        for (int i = 0; i < entries.size(); i++) {
            hash.addPart(entries.get(i).key()).addPart(match.counts(i, entries.get(i)));
        }
        return hash.end();
    }
}
