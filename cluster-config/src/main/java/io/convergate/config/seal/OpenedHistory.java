package io.convergate.config.seal;

import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.PastVersion;
import io.convergate.config.Revision;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The past of a configuration with its Secrets opened, each when somebody looks at it. */
record OpenedHistory(ConfigHistory sealed, Sealing sealing) implements ConfigHistory {
    @Override
    public List<PastChange> changes() {
        return sealed.changes();
    }

    @Override
    public Optional<ConfigView> at(Revision revision) {
        return sealed.at(revision).map(this::opened);
    }

    @Override
    public Optional<ConfigView> before(PastChange change) {
        return sealed.before(change).map(this::opened);
    }

    @Override
    public List<PastVersion> versions(ResourceKey key) {
        return sealed.versions(key).stream()
                .map(version -> new PastVersion(
                        version.changeId(),
                        version.time(),
                        version.change(),
                        version.resource().map(sealing::opened)))
                .toList();
    }

    @Override
    public Stream<Step> way() {
        return sealed.way().map(this::opened);
    }

    @Override
    public Optional<Onward> wayFrom(List<ConfigView> places) {
        List<ConfigView> asSealed = places.stream()
                .map(place -> place instanceof OpenedView opened ? opened.sealed() : place)
                .toList();
        return sealed.wayFrom(asSealed)
                .map(way -> new Onward(opened(way.from()), way.steps().map(this::opened)));
    }

    @Override
    public boolean endsInOne() {
        return sealed.endsInOne();
    }

    @Override
    public Extent extent() {
        return sealed.extent();
    }

    private Step opened(Step step) {
        return new Step(opened(step.configuration()), opened(step.known()));
    }

    private ConfigView opened(ConfigView view) {
        return new OpenedView(view, sealing);
    }
}
