package io.convergate.node.admin.kube;

import io.convergate.config.ConfigView;
import io.convergate.config.Hash;
import io.convergate.config.StoredResource;
import io.convergate.routing.model.ResourceKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Since when conditions are as they are. What happens to a resource soon after it was written counts as having happened then, so
 * that nodes agree on it and nothing has to be kept. Safe for use by any thread.
 */
final class Transitions {
    private static final Duration PROMPT = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Map<ResourceKey, Noted> noted = new ConcurrentHashMap<>();
    private final Map<ResourceKey, Late> late = new ConcurrentHashMap<>();

    Transitions(InstantSource clock) {
        this.clock = clock;
    }

    private record Since(String status, Instant time) {}

    /** Since when each condition of a resource that was asked for is as it is. A later resource of the same name begins anew. */
    private record Noted(String uid, Map<String, Since> byType) {}

    /**
     * Since when a resource that nobody has asked for is served, or is not, if that changed long after it was written. So little is kept
     * because it may be kept of very many: when a member starts again, nothing is served everywhere for a moment.
     *
     * @param version of which version of the resource that is known
     */
    private record Late(Hash version, Instant here, Instant everywhere) {}

    /** Whether a resource is served by this node, and by every one. */
    record Served(boolean here, boolean everywhere) {}

    /** Whether a resource was written just now. */
    boolean isNew(Instant written) {
        return clock.instant().isBefore(written.plus(PROMPT));
    }

    /** When something happened to a resource that was noticed now. */
    Instant noticed(Instant written) {
        return isNew(written) ? written : clock.instant();
    }

    /** Whether the conditions of a resource were asked for. */
    boolean areNoted(ResourceKey key) {
        return noted.containsKey(key);
    }

    /** Those of a resource whose status is derived. */
    Resource of(StoredResource stored, String uid, Instant written) {
        Noted known = noted.compute(
                stored.key(),
                (any, there) ->
                        there != null && there.uid().equals(uid) ? there : new Noted(uid, new ConcurrentHashMap<>()));
        return new Resource(known.byType(), written, late(stored));
    }

    /** The conditions of one resource. */
    final class Resource {
        private final Map<String, Since> known;
        private final Instant written;
        private final Optional<Late> first;

        private Resource(Map<String, Since> known, Instant written, Optional<Late> first) {
            this.known = known;
            this.written = written;
            this.first = first;
        }

        /** Since when a condition has a status, which it has now. */
        Instant since(String type, String status) {
            return known.compute(type, (any, before) -> {
                        if (before == null) {
                            return new Since(status, first(type));
                        }
                        return before.status().equals(status) ? before : new Since(status, noticed(written));
                    })
                    .time();
        }

        private Instant first(String type) {
            return switch (type) {
                case Conditions.PROGRAMMED -> first.map(Late::here).orElse(written);
                case Conditions.CONVERGED -> first.map(Late::everywhere).orElse(written);
                default -> written;
            };
        }
    }

    /**
     * Notes since when a resource is served here and everywhere, without deriving anything else. Of one that nobody has asked for only
     * what came long after it was written.
     *
     * @param before where it was served when it was looked at last
     */
    void notice(StoredResource stored, Instant written, Served before, Conditions.Reach now) {
        Noted known = noted.get(stored.key());
        if (known != null) {
            Resource resource = new Resource(known.byType(), written, Optional.empty());
            resource.since(Conditions.PROGRAMMED, now.programmed().status());
            resource.since(Conditions.CONVERGED, now.converged().status());
        } else if (!now.served().equals(before) && !isNew(written)) {
            Late earlier = late(stored).orElse(new Late(stored.hash(), written, written));
            Instant time = clock.instant();
            late.put(
                    stored.key(),
                    new Late(
                            stored.hash(),
                            before.here() == now.served().here() ? earlier.here() : time,
                            before.everywhere() == now.served().everywhere() ? earlier.everywhere() : time));
        }
    }

    private Optional<Late> late(StoredResource stored) {
        return Optional.ofNullable(late.get(stored.key()))
                .filter(known -> known.version().equals(stored.hash()));
    }

    /** Forgets what is not there any more. */
    void forget(ConfigView view) {
        int resources = view.resources().size();
        Predicate<ResourceKey> gone = key -> !view.resources().containsKey(key);
        if (noted.size() > 2 * resources + 100) {
            noted.keySet().removeIf(gone);
        }
        if (late.size() > resources) {
            late.keySet().removeIf(gone);
        }
    }
}
