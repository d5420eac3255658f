package io.convergate.node.main;

import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigHistory.Extent;
import io.convergate.config.ConfigHistory.Onward;
import io.convergate.config.ConfigHistory.Step;
import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.node.admin.ConfigParser;
import io.convergate.node.admin.ParsedConfig;
import io.convergate.node.main.Trail.Place;
import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.compile.Compilation;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.compile.RouteTableCompiler.Mark;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles configurations so that it makes no difference which of them this node has seen, and in what order. What is held back
 * is what was served before; so if something is held back or missing, what is served is what comes of going the way of the kept
 * past up to the configuration, compiling each one on it (see {@link ConfigHistory#way}). If nothing is, the way makes no
 * difference, and is not gone.
 *
 * <p>A node that serves has gone most of the way: one change more that knew of all others is one step more. If a change comes
 * late, because others on the way did not know of it, the node goes on from the last place before it (see {@link Trail}), and
 * serves nothing in between. If there is none, because it came later than that, the node goes on from what it serves, and says so.
 *
 * <p>Of changes that did not know of each other, one may begin to name what the other takes away. At such a step the compiler
 * first sees what both want to be there, and only then what they want to be gone ({@link RouteTableCompiler#makeFirst}). So what
 * routes name stays, whichever of the two came first, and going the way again does not take it away from a route in use. Confined to the
 * thread of activation.
 */
final class Retrace {
    private static final Logger LOG = LoggerFactory.getLogger(Retrace.class);

    /** The most steps that are told to have been left out because they cannot be compiled. */
    private static final int GAPS_MAX = 4;

    /**
     * How much processor time the way may take after its first step, which takes no more than the present does: half of what a node that
     * starts waits for the past. A step that changes one of 10,000 routes takes about a millisecond, so even of the longest way no step
     * is left out unless each of them changes much.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** What is told if no place that this node can go back to is on the way. */
    private static final String TOO_LATE =
            "changes came so late that this node cannot go back to before them: what it serves in place of"
                    + " what is held back may be another version than on other nodes, until it is written again or the node is"
                    + " restarted";

    private final ConfigParser parser;
    private final RouteTableCompiler compiler;
    private final LongSupplier cpuNanos;

    /** Where the way was gone without a gap. */
    private final Trail trail = new Trail();

    /** Where the compiler is; empty if nothing is served yet, or the way to the last configuration could not be gone to its end. */
    private Optional<Place> here = Optional.empty();

    /** How far it was gone since with what there is of a past that has a gap. */
    private Optional<Provisional> provisional = Optional.empty();

    private boolean lacksPast;

    /** What was missing already where the kept past begins, and is still. */
    private final Set<Problem> missingFromTheStart = new HashSet<>();

    private List<Problem> told = List.of();

    /** What of the way was left out, in sentences. */
    private List<String> gaps = List.of();

    /** @param cpuNanos the processor time that the calling thread has had */
    Retrace(ConfigParser parser, RouteTableCompiler compiler, LongSupplier cpuNanos) {
        this.cpuNanos = cpuNanos;
        this.parser = parser;
        this.compiler = compiler;
    }

    /**
     * A place on a way with a gap.
     *
     * @param changes the changes that the way was gone by
     */
    private record Provisional(Place place, Set<String> changes) {
        /** Whether no more of the past before this place is known than when the way was gone. */
        boolean holds(List<PastChange> known) {
            Revision covered = place.view().revision();
            return known.stream()
                    .allMatch(change -> changes.contains(change.id()) || !covered.covers(change.revision()));
        }
    }

    /**
     * A way to go.
     *
     * @param from where it begins; empty if before all
     * @param most how many steps it has at most
     * @param fromTheStart whether something came before it that is not kept any more
     */
    private record Journey(Optional<Place> from, Stream<Step> steps, int most, boolean fromTheStart) {}

    /** Compiles a configuration. */
    Compilation compile(ConfigView view, ConfigHistory past) {
        Compilation compilation = compileNext(view);
        boolean depends = dependsOnThePast(view);
        lacksPast = false;
        List<PastChange> changes = List.of();
        if (!depends) {
            gaps = List.of();
        } else if (provisional.isPresent() || !continues(view, past)) {
            Extent extent = past.extent();
            lacksPast = extent == Extent.INCOMPLETE;
            changes = past.changes();
            Optional<Journey> journey = journey(past, changes, extent);
            if (journey.isEmpty()) {
                gaps = lacksPast ? gaps : List.of(TOO_LATE);
            } else if (!journey.get().from().equals(here) || !continues(view, past)) {
                compilation = along(journey.get(), view);
            }
        }
        Place place = new Place(view, compiler.mark(), gaps);
        here = Optional.of(place);
        if (lacksPast) {
            Set<String> ids = changes.stream().map(PastChange::id).collect(Collectors.toSet());
            provisional = Optional.of(new Provisional(place, ids));
        } else if (!view.revision().equals(Revision.EMPTY)) {
            provisional = Optional.empty();
            trail.add(place);
        }
        keepMissing(compilation);
        tell(compilation);
        return compilation;
    }

    /** Whether a configuration is that of where the compiler is, or adds one change to it that knew of all others. */
    private boolean continues(ConfigView view, ConfigHistory past) {
        return past.endsInOne()
                && here.filter(place -> place.isJustBefore(view)).isPresent();
    }

    /** The way from the last place that is on it; from before all, if this node has served nothing yet or all of the past is kept. */
    private Optional<Journey> journey(ConfigHistory past, List<PastChange> changes, Extent extent) {
        List<Place> places = new ArrayList<>();
        provisional.filter(gone -> lacksPast && gone.holds(changes)).ifPresent(gone -> places.add(gone.place()));
        places.addAll(trail.newestFirst());
        Optional<Onward> onward = past.wayFrom(places.stream().map(Place::view).toList());
        if (onward.isPresent()) {
            Optional<Place> from = places.stream()
                    .filter(place ->
                            place.view().revision().equals(onward.get().from().revision()))
                    .findFirst();
            return Optional.of(new Journey(from, onward.get().steps(), changes.size(), false));
        }
        return trail.isEmpty() || extent == Extent.WHOLE
                ? Optional.of(new Journey(Optional.empty(), past.way(), changes.size(), extent == Extent.KEPT))
                : Optional.empty();
    }

    private boolean dependsOnThePast(ConfigView view) {
        return compiler.dependsOnThePast() || !parser.parse(view).unreadable().isEmpty();
    }

    private Compilation compileNext(ConfigView view) {
        ParsedConfig parsed = parser.parse(view);
        return compiler.compile(parsed.resources(), names(view), parsed.sound()::contains);
    }

    private static Function<ResourceKey, String> names(ConfigView view) {
        return key -> view.versions(key).stream()
                .findFirst()
                .map(ResourceVersion::changeId)
                .orElse("");
    }

    /** Compiles what is there after a step. */
    private Compilation compileStep(Step step) {
        if (step.isConcurrent()) {
            SharedMap<ResourceKey, Resource> known = parser.parse(step.known()).resources();
            SharedMap<ResourceKey, Resource> merged =
                    parser.parse(step.configuration()).resources();
            SharedMap<ResourceKey, Resource> first = compiler.makeFirst(known, merged);
            if (first != merged) {
                Function<ResourceKey, String> knownNames = names(step.known());
                Function<ResourceKey, String> mergedNames = names(step.configuration());
                compiler.compile(
                        first,
                        key -> (first.get(key) == merged.get(key) ? mergedNames : knownNames).apply(key),
                        key -> false);
            }
        }
        return compileNext(step.configuration());
    }

    private void goBack(Optional<Place> from) {
        if (from.isPresent()) {
            ConfigView then = from.get().view();
            compiler.goBack(from.get().mark(), parser.parse(then).resources(), names(then));
        } else {
            compiler.goBack(Mark.NONE, SharedMap.empty(), key -> "");
            missingFromTheStart.clear();
        }
    }

    /**
     * Compiles one after the other. A step that cannot be compiled is left out, as a node that was there refused it; for the end that is
     * the caller's to do. When half of the patience is over, steps are left out so that the rest of it lasts to the end of the way.
     */
    private Compilation along(Journey journey, ConfigView end) {
        here = Optional.empty();
        goBack(journey.from());
        if (!lacksPast) {
            journey.from().ifPresentOrElse(trail::backTo, trail::clear);
        }
        List<String> failed = new ArrayList<>(journey.from().map(Place::gaps).orElse(List.of()));
        boolean first = journey.fromTheStart();
        long start = 0;
        int passed = 0;
        int left = 0;
        Step last = new Step(end, end);
        Iterator<Step> steps = journey.steps().iterator();
        while (steps.hasNext()) {
            Step step = steps.next();
            if (step.configuration().revision().equals(end.revision())) {
                last = step;
                break;
            }
            double spent = passed == 0 ? 0 : (double) (cpuNanos.getAsLong() - start) / PATIENCE.toNanos();
            boolean inTime = spent <= 0.5 || spent * journey.most() <= passed;
            Optional<Compilation> compiled = inTime ? tryStep(step, failed) : Optional.empty();
            if (compiled.isPresent()) {
                look(compiled.get(), first);
                first = false;
                if (!lacksPast) {
                    trail.add(new Place(step.configuration(), compiler.mark(), List.copyOf(failed)));
                }
            }
            if (passed++ == 0) {
                start = cpuNanos.getAsLong();
            }
            left += inTime ? 0 : 1;
        }
        if (left > 0) {
            String what = "compiling the whole past takes too long, so " + left + " of its "
                    + passed
                    + " configurations were left out: no version that only they had is served in place of what is"
                    + " held back";
            LOG.warn(what);
            if (failed.size() <= GAPS_MAX) {
                failed.add(what);
            }
        }
        gaps = List.copyOf(failed);
        Compilation compilation = compileStep(last);
        look(compilation, first);
        return compilation;
    }

    private Optional<Compilation> tryStep(Step step, List<String> failed) {
        try {
            return Optional.of(compileStep(step));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            Revision revision = step.configuration().revision();
            if (failed.size() < GAPS_MAX) {
                LOG.error("revision {} of the past cannot be compiled", revision, e);
                failed.add("revision " + revision + " of the past cannot be compiled (" + e
                        + "): no version that it brought is served in place of what is held back");
            }
            return Optional.empty();
        }
    }

    private void look(Compilation compilation, boolean first) {
        if (first) {
            compilation.problems().stream().filter(Retrace::isMissing).forEach(missingFromTheStart::add);
        } else {
            keepMissing(compilation);
        }
    }

    private void keepMissing(Compilation compilation) {
        if (!missingFromTheStart.isEmpty()) {
            missingFromTheStart.retainAll(Set.copyOf(compilation.problems()));
        }
    }

    private static boolean isMissing(Problem problem) {
        return problem.code().equals(ProblemCode.REFERENCED_RESOURCE_NOT_FOUND)
                || problem.code().equals(ProblemCode.BACKEND_NOT_FOUND);
    }

    private void tell(Compilation compilation) {
        List<Problem> problems = compilation.problems();
        if (!missingFromTheStart.isEmpty()) {
            problems = problems.stream().map(this::told).toList();
        }
        if (!problems.equals(told)) {
            told = problems;
        }
    }

    private Problem told(Problem problem) {
        return missingFromTheStart.contains(problem)
                ? problem.withMessage(
                        problem.message() + "; if it was deleted, that is longer ago than the kept history")
                : problem;
    }

    /** What of the past was left out, in sentences, as long as what is served may depend on it. */
    List<String> gaps() {
        return gaps;
    }

    /** Whether more of the past may change what is served, and is still on its way here. */
    boolean lacksPast() {
        return lacksPast;
    }

    /** The problems of what was compiled last; the same list as long as they are the same. */
    List<Problem> problems() {
        return told;
    }
}
