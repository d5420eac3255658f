package io.convergate.node.admin;

import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.PastVersion;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.BlameReport;
import io.convergate.node.admin.api.BlameReport.BlameLine;
import io.convergate.node.admin.api.ChangeView;
import io.convergate.node.admin.api.ChangeView.ResourceChange;
import io.convergate.node.admin.api.DiffReport;
import io.convergate.node.admin.api.DiffReport.ResourceDiff;
import io.convergate.node.admin.api.ResourceResult.Outcome;
import io.convergate.routing.model.ResourceKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Puts the past into the words of the API. */
final class HistoryViews {
    /** The most resources that are listed of one change. */
    private static final int RESOURCES_MAX = 100;

    private HistoryViews() {}

    /** A change and what it did. */
    static ChangeView change(ConfigHistory history, PastChange change) {
        Optional<ConfigView> before = history.before(change);
        Optional<ConfigView> after = history.at(change.revision());
        List<ResourceChange> resources = new ArrayList<>();
        int more = 0;
        if (before.isPresent() && after.isPresent()) {
            Set<ResourceKey> keys = new TreeSet<>(after.get().differsFrom(before.get()));
            more = Math.max(0, keys.size() - RESOURCES_MAX);
            keys.stream()
                    .limit(RESOURCES_MAX)
                    .map(key ->
                            new ResourceChange(ProblemViews.shortName(key), outcome(before.get(), after.get(), key)))
                    .forEach(resources::add);
        }
        return new ChangeView(
                change.id(),
                change.revision().toString(),
                change.time().toString(),
                change.author(),
                change.message(),
                change.origin().node(),
                change.origin().client(),
                resources,
                more,
                before.isPresent() && after.isPresent());
    }

    /** How two configurations differ. */
    static DiffReport diff(ConfigView from, ConfigView to) {
        List<ResourceDiff> resources = new ArrayList<>();
        for (ResourceKey key : new TreeSet<>(to.differsFrom(from))) {
            List<LineDiff.Line> lines = LineDiff.of(shown(from, key), shown(to, key));
            resources.add(new ResourceDiff(ProblemViews.shortName(key), outcome(from, to, key), LineDiff.text(lines)));
        }
        return new DiffReport(from.revision().toString(), to.revision().toString(), resources);
    }

    private static List<String> shown(ConfigView view, ResourceKey key) {
        StoredResource stored = view.resources().get(key);
        return stored == null ? List.of() : PlainText.shown(stored);
    }

    private static Outcome outcome(ConfigView before, ConfigView after, ResourceKey key) {
        if (!before.resources().containsKey(key)) {
            return Outcome.CREATED;
        }
        return after.resources().containsKey(key) ? Outcome.CONFIGURED : Outcome.DELETED;
    }

    /**
     * Which change wrote which line of a resource that is there.
     *
     * @param versions its past, the newest first
     */
    static BlameReport blame(ResourceKey key, List<PastVersion> versions) {
        List<PastVersion> oldestFirst = new ArrayList<>(versions);
        Collections.reverse(oldestFirst);
        List<BlameLine> lines = List.of();
        for (PastVersion version : oldestFirst) {
            List<String> after = version.resource().map(PlainText::shown).orElse(List.of());
            lines = carryOver(lines, after, version);
        }
        return new BlameReport(ProblemViews.shortName(key), lines);
    }

    private static List<BlameLine> carryOver(List<BlameLine> known, List<String> after, PastVersion version) {
        List<BlameLine> lines = new ArrayList<>(after.size());
        List<String> before = known.stream().map(BlameLine::text).toList();
        for (LineDiff.Line line : LineDiff.of(before, after)) {
            switch (line.side()) {
                case BOTH -> lines.add(known.get(line.before()));
                case AFTER ->
                    lines.add(new BlameLine(
                            version.changeId(),
                            version.time().toString(),
                            version.change().map(PastChange::author).orElse(""),
                            version.change().map(PastChange::message).orElse(""),
                            line.text()));
                case BEFORE -> {
                    // Not there any more.
                }
            }
        }
        return lines;
    }
}
