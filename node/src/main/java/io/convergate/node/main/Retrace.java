package io.convergate.node.main;

import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigHistory.Extent;
import io.convergate.config.ConfigView;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.node.admin.ConfigParser;
import io.convergate.node.admin.ParsedConfig;
import io.convergate.routing.compile.Compilation;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** The most steps that are told to have been left out; the log has them all. */
    private static final int GAPS_MAX = 4;

    private final ConfigParser parser;
    private final RouteTableCompiler compiler;

    /** Where the way was gone last without a gap. */
    private Place reached;

    private boolean lacksPast;

    /** What was missing already where the kept past begins, and is still. */
    private final Set<Problem> missingFromTheStart = new HashSet<>();

    private List<Problem> told = List.of();

    /** What of the way could not be compiled, in sentences. */
    private List<String> gaps = List.of();

    Retrace(ConfigParser parser, RouteTableCompiler compiler) {
        this.parser = parser;
        this.compiler = compiler;
        this.reached = new Place(Optional.empty(), compiler.mark());
    }

    /**
     * A place on the way.
     *
     * @param view the configuration; empty before all
     * @param mark what was served then
     */
    private record Place(Optional<ConfigView> view, RouteTableCompiler.Mark mark) {}

    /** Compiles a configuration. */
    Compilation compile(ConfigView view, ConfigHistory past) {
        Compilation compilation = compileNext(view);
        lacksPast = false;
        boolean depends = dependsOnThePast(view);
        if (!depends) {
            gaps = List.of();
        }
        if (!isNext(view) && depends) {
            Extent extent = past.extent();
            Optional<Stream<ConfigView>> way = reached.view().isEmpty()
                    ? Optional.of(past.way())
                    : past.wayFrom(reached.view().get());
            if (way.isPresent()) {
                compiler.goBack(reached.mark());
                compilation = along(way.get(), view, reached.view().isEmpty() && extent == Extent.KEPT);
            }
            lacksPast = extent == Extent.INCOMPLETE;
        }
        if (!lacksPast && !view.revision().equals(Revision.EMPTY)) {
            reached = new Place(Optional.of(view), compiler.mark());
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
     * the caller's to do.
     *
     * @param fromTheStart whether something came before the way that is not kept any more
     */
    private Compilation along(Stream<ConfigView> way, ConfigView end, boolean fromTheStart) {
        List<String> failed = new ArrayList<>();
        missingFromTheStart.clear();
        boolean first = fromTheStart;
        Iterator<ConfigView> steps = way.iterator();
        while (steps.hasNext()) {
            Optional<Compilation> step = compileStep(steps.next(), failed);
            if (step.isPresent()) {
                look(step.get(), first);
                first = false;
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
            String what = "revision " + step.revision() + " of the past cannot be compiled";
            LOG.error("{}; no version that it brought is served in place of what is held back", what, e);
            if (failed.size() < GAPS_MAX) {
                failed.add(what + " (" + e + "): no version that it brought is served in place of what is held back");
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

    /** Whether a configuration is that of the place reached, or one change after it. */
    private boolean isNext(ConfigView view) {
        return reached.view()
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

    /** What of the past could not be compiled, in sentences, as long as what is served may depend on it. */
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
