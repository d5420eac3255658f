package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The events of the whole cluster: what this node has noticed, and what the others have, whom it asks each time, so that every node
 * shows the same. Safe for use by any thread.
 */
final class EventLists {
    private final Events events;
    private final EventTalk talk;
    private final Duration deadline;
    private final Executor executor;

    /**
     * @param deadline how long to wait for the others
     * @param executor where their answers are read
     */
    EventLists(Events events, EventTalk talk, Duration deadline, Executor executor) {
        this.events = events;
        this.talk = talk;
        this.deadline = deadline;
        this.executor = executor;
        talk.answer(events::unlike);
    }

    /**
     * Some events.
     *
     * @param shown as clients see them, the oldest first
     * @param version the same on every node that shows the same
     * @param warnings whose events may be missing, and why
     */
    record Listed(List<ObjectNode> shown, String version, List<String> warnings) {}

    /** Those that a request selects. */
    CompletionStage<Listed> list(KubeRequest request) {
        Predicate<ObjectNode> selected = selected(request);
        return refresh().thenApply(warnings -> listed(events.all(), selected, warnings));
    }

    /**
     * Those that a request selects, now and from now on.
     *
     * @param follower gets every event from now on that is selected, as clients see it, and whether it happened before
     * @param over whether nobody wants more
     */
    CompletionStage<Listed> follow(
            KubeRequest request, BiConsumer<Boolean, ObjectNode> follower, BooleanSupplier over) {
        Predicate<ObjectNode> selected = selected(request);
        return refresh()
                .thenApply(warnings -> listed(
                        events.follow(event -> {
                            ObjectNode shown = event.show();
                            if (selected.test(shown)) {
                                follower.accept(event.count() > 1, shown);
                            }
                            return !over.getAsBoolean();
                        }),
                        selected,
                        warnings));
    }

    private static Listed listed(List<Event> all, Predicate<ObjectNode> selected, List<String> warnings) {
        List<ObjectNode> shown = all.stream().map(Event::show).filter(selected).toList();
        return new Listed(shown, Events.version(shown), warnings);
    }

    private static Predicate<ObjectNode> selected(KubeRequest request) {
        Selector labels = request.labels();
        Selector fields = request.fields();
        String namespace = request.namespace();
        return event ->
                (namespace.isEmpty() || event.at("/metadata/namespace").asText().equals(namespace))
                        && labels.matchesLabels(event)
                        && fields.matchesFields(event);
    }

    /** Takes over what the others noticed; answers whom that cannot be said of. */
    private CompletionStage<List<String>> refresh() {
        return talk.ask(events.digest(), deadline)
                .thenApplyAsync(
                        heard -> {
                            List<String> warnings = new ArrayList<>();
                            heard.silent()
                                    .forEach((node, why) ->
                                            warnings.add("events of " + node + " may be missing: " + why));
                            for (byte[] answer : heard.answers()) {
                                try {
                                    events.take(Events.read(answer));
                                } catch (IOException e) {
                                    warnings.add("the events of a node cannot be read: " + e.getMessage());
                                }
                            }
                            return warnings;
                        },
                        executor);
    }
}
