package io.convergate.routing.resolve;

import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.VirtualService;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the rules of delegates in the place of the rules that name them. Istio: mergeVirtualServicesIfNeeded. One level only: a
 * delegate has no hosts, and a rule of it that delegates in its turn is left out.
 */
public final class Delegation {
    private Delegation() {}

    /** What becomes of a rule that delegates. */
    public sealed interface Outcome {
        /** The delegate's rules take its place, those that fit it. */
        record Delegated(VirtualService delegate, List<EffectiveRule> rules, List<String> dropped) implements Outcome {}

        /** It is left out, with the reason: what the rule should name. */
        record LeftOut(String expected) implements Outcome {}
    }

    /** Whether any rule of a virtual service delegates. */
    public static boolean delegates(VirtualService service) {
        for (HttpRoute route : service.http()) {
            if (route.delegate().isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** The keys of the virtual services that a virtual service delegates to, whether or not they are there. */
    public static Set<ResourceKey> delegateKeys(VirtualService service) {
        Set<ResourceKey> keys = new LinkedHashSet<>();
        service.http()
                .forEach(route -> route.delegate().ifPresent(delegate -> keys.add(key(delegate, service.metadata()))));
        return keys;
    }

    private static ResourceKey key(HttpRoute.Delegate delegate, Metadata root) {
        return new ResourceKey(
                Resource.ISTIO_NETWORKING,
                VirtualService.KIND,
                delegate.namespace().filter(namespace -> !namespace.isEmpty()).orElse(root.namespace()),
                delegate.name());
    }

    /** The virtual services that a virtual service delegates to, in the order of its rules; null for one that is not there. */
    public static List<@Nullable VirtualService> delegates(VirtualService service, Configuration configuration) {
        List<@Nullable VirtualService> delegates = new ArrayList<>(0);
        if (delegates(service)) {
            delegateKeys(service)
                    .forEach(key -> delegates.add(
                            configuration.resources().get(key) instanceof VirtualService delegate ? delegate : null));
        }
        return delegates;
    }

    /** The rules of a virtual service as they act. */
    public static List<EffectiveRule> rules(VirtualService service, Configuration configuration) {
        List<EffectiveRule> rules = new ArrayList<>(service.http().size());
        for (int i = 0; i < service.http().size(); i++) {
            HttpRoute route = service.http().get(i);
            if (route.delegate().isEmpty()) {
                rules.add(own(service, i));
            } else if (outcome(service, i, configuration) instanceof Outcome.Delegated delegated) {
                rules.addAll(delegated.rules());
            }
        }
        return rules;
    }

    private static EffectiveRule own(VirtualService service, int index) {
        HttpRoute route = service.http().get(index);
        String path = "spec.http[" + index + "]";
        List<String> matchPaths = new ArrayList<>(route.match().size());
        for (int j = 0; j < route.match().size(); j++) {
            matchPaths.add(path + ".match[" + j + "]");
        }
        return new EffectiveRule(route, service, path, matchPaths);
    }

    /**
     * What becomes of a rule that delegates.
     *
     * @param index its place among the rules
     */
    public static Outcome outcome(VirtualService service, int index, Configuration configuration) {
        HttpRoute root = service.http().get(index);
        ResourceKey key = key(root.delegate().orElseThrow(), service.metadata());
        if (!(configuration.resources().get(key) instanceof VirtualService delegate)) {
            return new Outcome.LeftOut("a virtual service that exists");
        }
        if (!delegate.isDelegate()) {
            return new Outcome.LeftOut("a delegate: a virtual service without hosts");
        }
        String namespace = service.metadata().namespace();
        if (!Visibility.isVisible(delegate.exportTo(), delegate.metadata().namespace(), namespace)) {
            return new Outcome.LeftOut("a virtual service that is exported to " + namespace);
        }
        List<EffectiveRule> rules = new ArrayList<>();
        List<String> dropped = new ArrayList<>();
        List<HttpMatch> rootMatches = RuleMerge.qualified(root.match(), namespace);
        for (int i = 0; i < delegate.http().size(); i++) {
            EffectiveRule leaf = own(delegate, i);
            if (leaf.route().delegate().isPresent()) {
                continue; // refused where it is written
            }
            EffectiveRule merged = RuleMerge.merge(root, rootMatches, leaf);
            if (merged == null) {
                dropped.add(leaf.path());
            } else {
                rules.add(merged);
            }
        }
        return new Outcome.Delegated(delegate, rules, dropped);
    }
}
