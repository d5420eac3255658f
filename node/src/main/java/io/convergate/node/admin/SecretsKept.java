package io.convergate.node.admin;

import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.routing.model.ResourceKey;
import java.util.Optional;

/** What becomes of Secrets on the disks and the networks of the cluster. */
public enum SecretsKept {
    /** They are sealed. */
    SEALED,
    /** They are kept as they are, because somebody said so. */
    IN_CLEAR,
    /** None is taken: there is no key, and nobody said that none is needed. */
    REFUSED;

    /** Why a Secret may not be written, if it may not. */
    Optional<ProblemDocument> objection(ResourceKey key) {
        return this == REFUSED
                ? Optional.of(ProblemDocument.of(
                        422,
                        "Secrets are refused",
                        ProblemViews.shortName(key) + ": this node has no key to seal Secrets with (expected:"
                                + " --encryption-key-file, the same on all nodes; or --secrets-unencrypted, which keeps them as"
                                + " they are)"))
                : Optional.empty();
    }
}
