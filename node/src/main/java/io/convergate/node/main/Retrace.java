package io.convergate.node.main;

import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigHistory.Extent;
import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.node.admin.ConfigParser;
import io.convergate.node.admin.ParsedConfig;
import io.convergate.routing.compile.Compilation;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles configurations so that it makes no difference which of them this node has seen. What is held back is what was
 * served before, and a node that starts, joins or was away has not served that. If something is held back or missing, it goes
 * the way of the kept past up to the configuration and compiles each one on it, as a node did that was there all the time. If
 * nothing is, the way makes no difference, and is not gone.
 *
 * <p>A node that serves does not begin anew: what it holds back may be older than the kept past. If what it serves is not on
 * the way, as after a partition, it goes on from there. Confined to the thread of activation.
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

    private final ConfigParser parser;
    private final RouteTableCompiler compiler;
    private final LongSupplier cpuNanos;

    /** Where the way was gone last without a gap. */
    private Place reached;

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
        this.reached = new Place(Optional.empty(), compiler.mark(), List.of());
    }

    /**
     * A place on the way.
     *
     * @param view the configuration; empty before all
     * @param mark what was served then
     * @param gaps what of the way to it was left out, in sentences
     */
    private record Place(Optional<ConfigView> view, RouteTableCompiler.Mark mark, List<String> gaps) {}

    /**
     * A place on a way with a gap.
     *
     * @param changes the changes that the way was gone by
     */
    private record Provisional(Place place, Set<String> changes) {
        /** Whether no more of the past before this place is known than when the way was gone. */
        boolean holds(List<PastChange> known) {
            Revision covered = place.view().map(ConfigView::revision).orElse(Revision.EMPTY);
            return known.stream()
                    .allMatch(change -> changes.contains(change.id()) || !covered.covers(change.revision()));
        }
    }

    /** Compiles a configuration. */
    Compilation compile(ConfigView view, ConfigHistory past) {
        Compilation compilation = compileNext(view);
        lacksPast = false;
        boolean depends = dependsOnThePast(view);
        if (!depends) {
            gaps = List.of();
        }
        List<PastChange> changes = List.of();
        if (!isNext(view, reached) && depends) {
            Extent extent = past.extent();
            lacksPast = extent == Extent.INCOMPLETE;
            changes = past.changes();
            List<PastChange> known = changes;
            Place from = provisional
                    .filter(gone -> lacksPast && gone.holds(known))
                    .map(Provisional::place)
                    .orElse(reached);
            Optional<Stream<ConfigView>> way = from.view().isEmpty()
                    ? Optional.of(past.way())
                    : past.wayFrom(from.view().get());
            if (way.isPresent() && !isNext(view, from)) {
                compiler.goBack(from.mark());
                if (from.view().isEmpty()) {
                    missingFromTheStart.clear();
                }
                boolean fromTheStart = from.view().isEmpty() && extent == Extent.KEPT;
                compilation = along(from, way.get(), changes.size(), view, fromTheStart);
            }
        }
        Place place = new Place(Optional.of(view), compiler.mark(), gaps);
        if (lacksPast) {
            Set<String> ids = changes.stream().map(PastChange::id).collect(Collectors.toSet());
            provisional = Optional.of(new Provisional(place, ids));
        } else if (!view.revision().equals(Revision.EMPTY)) {
            provisional = Optional.empty();
            reached = place;
        }
        keepMissing(compilation);
        tell(compilation);
        return compilation;
    }

    private boolean dependsOnThePast(ConfigView view) {
        return compiler.dependsOnThePast() || !parser.parse(view).unreadable().isEmpty();
    }

    private Compilation compileNext(ConfigView view) {
        ParsedConfig parsed = parser.parse(view);
        return compiler.compile(
                parsed.resources(),
                key -> view.versions(key).stream()
                        .findFirst()
                        .map(ResourceVersion::changeId)
                        .orElse(""),
                parsed.sound()::contains);
    }

    /**
     * Compiles one after the other. A step that cannot be compiled is left out, as a node that was there refused it; for the end that is
     * the caller's to do. When half of the patience is over, steps are left out so that the rest of it lasts to the end of the way.
     *
     * @param from where the way begins; what was left out before it still counts
     * @param most how many steps the way has at most
     * @param fromTheStart whether something came before the way that is not kept any more
     */
    private Compilation along(Place from, Stream<ConfigView> way, int most, ConfigView end, boolean fromTheStart) {
        List<String> failed = new ArrayList<>(from.gaps());
        boolean first = fromTheStart;
        long start = 0;
        int passed = 0;
        int left = 0;
        Iterator<ConfigView> steps = way.iterator();
        while (steps.hasNext()) {
            ConfigView view = steps.next();
            double spent = passed == 0 ? 0 : (double) (cpuNanos.getAsLong() - start) / PATIENCE.toNanos();
            boolean inTime = spent <= 0.5 || spent * most <= passed;
            Optional<Compilation> step = inTime ? compileStep(view, failed) : Optional.empty();
            if (step.isPresent()) {
                look(step.get(), first);
                first = false;
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
        Compilation compilation = compileNext(end);
        look(compilation, first);
        return compilation;
    }

    private Optional<Compilation> compileStep(ConfigView step, List<String> failed) {
        try {
            return Optional.of(compileNext(step));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            if (failed.size() < GAPS_MAX) {
                LOG.error("revision {} of the past cannot be compiled", step.revision(), e);
                failed.add("revision " + step.revision() + " of the past cannot be compiled (" + e
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

    /** Whether a configuration is that of a place, or one change after it. */
    private static boolean isNext(ConfigView view, Place place) {
        return place.view()
                .map(ConfigView::revision)
                .filter(before -> view.revision().counters().entrySet().stream()
                                .mapToLong(counter -> counter.getValue() - before.counter(counter.getKey()))
                                .sum()
                        <= 1)
                .isPresent();
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
