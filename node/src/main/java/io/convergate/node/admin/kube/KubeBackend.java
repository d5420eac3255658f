package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.config.ConfigView;
import io.convergate.config.Content;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.Revision;
import io.convergate.node.admin.api.ConflictView;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.ResourceResult.Outcome;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.read.ReadDocument;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** What the protocol needs of the rest of the admin API. Every method may be called on any thread. */
public interface KubeBackend {
    /** The replicated configuration. */
    ReplicatedConfig config();

    /** How nodes tell each other which events they noticed. */
    EventTalk eventTalk();

    /** The status that a kind's own specification asks for, by resource, as JSON; empty for one that has none. May take a while. */
    Function<ResourceKey, Optional<JsonNode>> statuses(ConfigView view);

    /** Whether what becomes of a resource depends on other resources. */
    boolean dependsOnOthers(ResourceKey key);

    /** The conflicts of a view, by resource. */
    Function<ResourceKey, Optional<ConflictView>> conflicts(ConfigView view);

    /** What is wrong with what this node serves. */
    List<ProblemView> problems();

    /**
     * Judges and writes a change of one resource.
     *
     * @param plan says what shall become of the resource, given the configuration; called once or twice, and the last time with
     *     the very configuration that the change is made to. What it throws fails the stage
     * @param request the client's request, which says who asks, and what for beside the change itself
     */
    CompletionStage<Written> write(Function<ConfigView, Proposal> plan, HttpRequest request, Manner manner);

    /**
     * How a change is made.
     *
     * @param dryRun whether to judge only
     * @param manager who changes, as the client calls itself; the author if nobody else is named
     */
    record Manner(boolean dryRun, String manager) {}

    /** What shall become of a resource. */
    sealed interface Proposal {
        /**
         * It shall be like this.
         *
         * @param document the resource, which can be taken by itself
         * @param managedFields who owns which of its fields, as JSON
         */
        record Put(ReadDocument document, byte[] managedFields) implements Proposal {}

        /** These shall be gone. */
        record Delete(String apiVersion, List<ResourceKey> keys) implements Proposal {
            public Delete {
                keys = List.copyOf(keys);
            }
        }
    }

    /** What came of it. */
    sealed interface Written {
        /**
         * It is so, or would be.
         *
         * @param outcome what became of the resource
         * @param content the resource; empty if it is gone
         * @param revision the configuration that has it
         * @param warnings what is worth knowing about it
         * @param notYet the members that were not heard to have it
         */
        record Done(
                Outcome outcome,
                Optional<Content> content,
                Revision revision,
                List<ProblemView> warnings,
                List<String> notYet)
                implements Written {}

        /**
         * Nothing was written.
         *
         * @param status the HTTP status
         * @param detail why
         * @param problems what is wrong with the resource
         */
        record Refused(int status, String detail, List<ProblemView> problems) implements Written {}
    }
}
