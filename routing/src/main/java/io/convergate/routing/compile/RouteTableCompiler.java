package io.convergate.routing.compile;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.Objection;
import io.convergate.routing.validate.ConfigurationAnalyzer;
import io.convergate.routing.validate.ResourceValidator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compiles configurations into route tables, one after the other. It remembers what it compiled: parts of the table whose
 * inputs did not change are the same instances as before, and of 10,000 virtual services only the changed one is compiled. A
 * resource counts as unchanged if it is the same instance as before or equal to it. What changed is found by a look at every
 * resource, or, in a {@link SharedMap} made from the last one, by a look at what the two do not share.
 *
 * <p>What is compiled was accepted once. A resource that validation refuses now, because another version of this program accepted
 * it, is served as far as it can be compiled, unless a valid version of it is served already.
 *
 * <p>A resource that cannot be compiled keeps its last good version, and so do those that belong to it; see {@link HeldBack}.
 * Nothing that a resource says makes compiling throw. Confined to one thread; never the thread of a request.
 */
public final class RouteTableCompiler {
    private static final Comparator<Problem> ORDER = Comparator.comparing(
                    (Problem problem) -> problem.resource().orElseThrow())
            .thenComparing(Problem::path);

    /** The codes of problems that an older version of something could solve. */
    private static final Set<String> LACKING = Set.of(
            ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
            ProblemCode.BACKEND_NOT_FOUND,
            ProblemCode.PORT_NEEDED,
            ProblemCode.ACCEPTED_EARLIER);

    private final CompileSettings settings;
    private final Assembler assembler;
    private final ConfigurationAnalyzer analyzer;

    /** Sees what is wrong with what is served, where that is not what is wanted. */
    private final ConfigurationAnalyzer servedAnalyzer;

    private final Map<ResourceKey, List<Problem>> ofOne = new TreeMap<>();
    private final Map<Resource, String> failures = new IdentityHashMap<>();

    /** The keys in which what is wanted and what is served may differ. */
    private final Set<ResourceKey> unsettled = new HashSet<>();

    private SharedMap<ResourceKey, Resource> wanted = SharedMap.empty();
    private Configuration served;

    /** How the versions are called that were wanted when something was served last, and those of held back resources that are served. */
    private Function<ResourceKey, String> names = key -> "";

    private Map<ResourceKey, String> heldNames = Map.of();
    private Listing listing = Listing.EMPTY;

    /** Whether the listing has what was found of each resource by itself; not after a compilation that failed. */
    private boolean listed = true;

    public RouteTableCompiler(CompileSettings settings) {
        this(settings, Configuration.empty(settings.rootNamespace()));
    }

    /** @param nothing the configuration without resources, from which on it compiles */
    RouteTableCompiler(CompileSettings settings, Configuration nothing) {
        this.settings = settings;
        this.assembler = new Assembler(settings);
        this.analyzer = new ConfigurationAnalyzer(nothing);
        this.servedAnalyzer = new ConfigurationAnalyzer(nothing);
        this.served = nothing;
    }

    /** The problems as they were listed last, and what they were listed from. */
    private record Listing(
            List<Problem> between, List<Gateway> gateways, Map<ResourceKey, HeldBack> heldBack, List<Problem> sorted) {
        static final Listing EMPTY = new Listing(List.of(), List.of(), Map.of(), List.of());
    }

    /**
     * Compiles what is wanted, as far as it can be, and serves the rest as before.
     *
     * @param resources the whole configuration, by key; later compilations compare with it
     */
    public Compilation compile(Map<ResourceKey, ? extends Resource> resources) {
        return compile(resources, key -> "", key -> false);
    }

    /**
     * The same with names for the versions of resources: what is held back is told to be served in the version of that name.
     *
     * <p>What this throws, if the program is wrong somewhere, leaves what is served and its names as they were, and the next
     * compilation goes on from there.
     *
     * @param names the name of the wanted version of a resource; asked until the next compilation
     * @param sound whether {@link ResourceValidator} has found nothing in just this version of a resource, so that it need not be asked again
     */
    public Compilation compile(
            Map<ResourceKey, ? extends Resource> resources,
            Function<ResourceKey, String> names,
            Predicate<ResourceKey> sound) {
        SharedMap<ResourceKey, Resource> last = wanted;
        wanted = last.become(resources);
        Set<ResourceKey> changed = wanted.differsFrom(last);
        unsettled.addAll(changed);
        for (ResourceKey key : changed) {
            listed &= check(key, sound);
        }
        failures.keySet()
                .removeIf(resource -> wanted.get(resource.key()) != resource
                        && served.resources().get(resource.key()) != resource);
        while (true) {
            try {
                Activation.Decision decision =
                        Activation.decide(served, wanted, unsettled, suspects(), this::failure, assembler::naming);
                RouteTable table = assembler.assemble(decision.configuration());
                served = decision.configuration();
                unsettled.clear();
                unsettled.addAll(decision.heldBack().keySet());
                Map<ResourceKey, HeldBack> heldBack = named(decision.heldBack(), this.names);
                this.names = names;
                return new Compilation(table, problems(heldBack), heldBack);
            } catch (CompileFailure e) {
                failures.put(e.resource(), e.getMessage());
            } catch (RuntimeException e) {
                distrust(e);
            }
        }
    }

    /**
     * Whether something of the last compilation might be served otherwise if other configurations had come before it: it is
     * held back, wrong, not accepted, or names what is not there.
     */
    public boolean dependsOnThePast() {
        return !listing.heldBack().isEmpty()
                || listing.sorted().stream().anyMatch(problem -> problem.isError() || LACKING.contains(problem.code()))
                || wanted.values().stream()
                        .anyMatch(resource -> Objection.to(resource).isPresent());
    }

    /** What was served in place of what was wanted, at one time. Keeps nothing of the rest of the configuration. */
    public static final class Mark {
        /** Before all: nothing was wanted, nothing served. */
        public static final Mark NONE = new Mark(Map.of(), Map.of());

        private final Map<ResourceKey, Optional<Resource>> instead;
        private final Map<ResourceKey, String> heldNames;

        private Mark(Map<ResourceKey, Optional<Resource>> instead, Map<ResourceKey, String> heldNames) {
            this.instead = Map.copyOf(instead);
            this.heldNames = Map.copyOf(heldNames);
        }
    }

    /** What is served now in place of what is wanted. */
    public Mark mark() {
        Map<ResourceKey, Optional<Resource>> instead = new HashMap<>();
        unsettled.forEach(
                key -> instead.put(key, Optional.ofNullable(served.resources().get(key))));
        return new Mark(instead, heldNames);
    }

    /**
     * Has the next compilation go on from what was served at another time. Compiles nothing itself.
     *
     * @param wantedThen what was wanted at the time of the mark, and by what names
     */
    public void goBack(
            Mark mark, SharedMap<ResourceKey, Resource> wantedThen, Function<ResourceKey, String> namesThen) {
        Map<ResourceKey, @Nullable Resource> edits = new HashMap<>();
        for (ResourceKey key : wantedThen.differsFrom(served.resources())) {
            edits.put(key, wantedThen.get(key));
        }
        mark.instead.forEach((key, resource) -> edits.put(key, resource.orElse(null)));
        edits.entrySet()
                .removeIf(edit ->
                        Objects.equals(edit.getValue(), served.resources().get(edit.getKey())));
        served = served.with(edits);
        names = namesThen;
        heldNames = mark.heldNames;
        unsettled.clear();
        unsettled.addAll(wanted.differsFrom(served.resources()));
    }

    /**
     * What to compile before a configuration is, that comes of a change and of others which it did not know of: with it, but with what
     * that change knew to be there for routes to name, and the others took away. If the change has routes name it, it is held back
     * then; if not, it goes. So it makes no difference which of them came first.
     *
     * @param known what was wanted where the change was made, with the change in it
     * @param merged what is wanted
     * @return the same instance as {@code merged} if nothing of this kind was taken away
     */
    public SharedMap<ResourceKey, Resource> makeFirst(
            SharedMap<ResourceKey, Resource> known, SharedMap<ResourceKey, Resource> merged) {
        Map<ResourceKey, Resource> kept = new HashMap<>();
        for (ResourceKey key : known.differsFrom(served.resources())) {
            Resource there = known.get(key);
            if (there != null
                    && known.get(key) != merged.get(key)
                    && Activation.provides(there, served.resources().get(key))) {
                kept.put(key, there);
            }
        }
        return merged.with(kept);
    }

    /** What is held back, with the names of the versions that are served. */
    private Map<ResourceKey, HeldBack> named(
            Map<ResourceKey, HeldBack> heldBack, Function<ResourceKey, String> namesBefore) {
        Map<ResourceKey, HeldBack> named = new TreeMap<>();
        Map<ResourceKey, String> known = new HashMap<>();
        heldBack.forEach((key, held) -> {
            String name = heldNames.containsKey(key) ? heldNames.get(key) : namesBefore.apply(key);
            known.put(key, name);
            named.put(key, held.olderVersionServes() ? held.withVersion(name) : held);
        });
        heldNames = known;
        return named;
    }

    /** Validates a resource by itself; tells whether that gives the same problems as for its last version. */
    private boolean check(ResourceKey key, Predicate<ResourceKey> sound) {
        Resource resource = wanted.get(key);
        List<Problem> problems = resource == null || sound.test(key) ? List.of() : ResourceValidator.validate(resource);
        List<Problem> before = problems.isEmpty() ? ofOne.remove(key) : ofOne.put(key, problems);
        return problems.equals(before == null ? List.of() : before);
    }

    private Set<ResourceKey> suspects() {
        Set<ResourceKey> keys = new TreeSet<>();
        failures.keySet().forEach(resource -> keys.add(resource.key()));
        unsettled.stream().filter(ofOne::containsKey).forEach(keys::add);
        return keys;
    }

    private Optional<String> failure(Resource resource) {
        String failure = failures.get(resource);
        if (failure != null) {
            return Optional.of(failure);
        }
        // Most are right, and then what is served in their place need not be judged again.
        return wanted.get(resource.key()) == resource
                ? error(resource.key()).filter(wrong -> !isTolerated(resource))
                : Optional.empty();
    }

    /** What is wrong with the wanted version of a resource, taken by itself. */
    private Optional<String> error(ResourceKey key) {
        return ofOne.getOrDefault(key, List.of()).stream()
                .filter(Problem::isError)
                .findFirst()
                .map(problem -> problem.path() + ": " + problem.message());
    }

    /** Whether a wanted resource may be served though it is wrong: nothing better is. */
    private boolean isTolerated(Resource resource) {
        Resource old = served.resources().get(resource.key());
        return old == null || ResourceValidator.validate(old).stream().anyMatch(Problem::isError);
    }

    /** What is wrong may be in nobody's expectation, and then the fault has no name: does without all of it. */
    private void distrust(RuntimeException fault) {
        int before = failures.size();
        for (ResourceKey key : ofOne.keySet()) {
            Resource resource = Objects.requireNonNull(wanted.get(key));
            error(key).ifPresent(why -> failures.putIfAbsent(resource, why));
        }
        if (failures.size() == before) {
            throw fault;
        }
    }

    private List<Problem> problems(Map<ResourceKey, HeldBack> heldBack) {
        Map<ResourceKey, @Nullable Resource> withheld = new HashMap<>();
        heldBack.keySet().forEach(key -> withheld.put(key, wanted.get(key)));
        Configuration analyzed = served.with(withheld);
        List<Problem> between = analyzer.analyze(analyzed);
        if (!listed
                || between != listing.between()
                || analyzed.gateways() != listing.gateways()
                || !heldBack.equals(listing.heldBack())) {
            List<Problem> sorted = new ArrayList<>();
            ofOne.values().forEach(sorted::addAll);
            ofOne.keySet().stream().filter(key -> !heldBack.containsKey(key)).forEach(key -> error(key)
                    .ifPresent(why -> sorted.add(acceptedEarlier(key, why))));
            sorted.addAll(toldAsServed(between, heldBack));
            sorted.addAll(ConfigurationAnalyzer.selection(analyzed.gateways(), settings.nodeLabels()));
            heldBack.forEach((key, held) -> {
                sorted.add(heldBack(key, held.sentence()));
                if (held.cause() == HeldBack.Cause.NAMED_BY_ROUTES && !wanted.containsKey(key)) {
                    String message = "keeps " + key.shortName() + ", which was deleted, as long as it names it";
                    held.because().forEach(route -> sorted.add(heldBack(route, message)));
                }
            });
            sorted.sort(ORDER);
            listing = new Listing(between, analyzed.gateways(), Map.copyOf(heldBack), List.copyOf(sorted));
            listed = true;
        }
        return listing.sorted();
    }

    /** What is missing, but served in an older version, does not have the consequences that it would have. */
    private List<Problem> toldAsServed(List<Problem> between, Map<ResourceKey, HeldBack> heldBack) {
        Map<ResourceKey, List<String>> instead = new HashMap<>();
        heldBack.forEach((key, held) -> {
            if (held.olderVersionServes()) {
                String what = held.version().isEmpty() ? " as it was" : " in the version of " + held.version();
                instead.computeIfAbsent(key, none -> new ArrayList<>()).add(key.shortName() + what);
                if (held.cause() == HeldBack.Cause.NAMED_BY_ROUTES) {
                    held.because().forEach(route -> instead.computeIfAbsent(route, none -> new ArrayList<>())
                            .add(key.shortName() + what));
                }
            }
        });
        if (instead.isEmpty()) {
            return between;
        }
        Set<Problem> real = Set.copyOf(servedAnalyzer.analyze(served.resources(), instead.keySet()));
        List<Problem> told = new ArrayList<>();
        for (Problem problem : between) {
            List<String> versions = instead.getOrDefault(problem.resource().orElseThrow(), List.of());
            boolean isServed = !versions.isEmpty() && LACKING.contains(problem.code()) && !real.contains(problem);
            told.add(isServed ? problem.untilThen(String.join(" and ", versions) + " is served") : problem);
        }
        return told;
    }

    private static Problem acceptedEarlier(ResourceKey key, String why) {
        String message = why + "; another version accepted it, so it is served; it has to be right to be written again";
        return Problem.warning("", ProblemCode.ACCEPTED_EARLIER, message).of(key);
    }

    private static Problem heldBack(ResourceKey key, String message) {
        return Problem.warning("", ProblemCode.HELD_BACK, message).of(key);
    }
}
