package io.convergate.node.admin.kube;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** How nodes tell each other which events they noticed. Any thread. */
public interface EventTalk {
    /**
     * Answers the others from now on.
     *
     * @param answerer the events of this node as bytes, given the digest of those that the asker has; no bytes if they are the same.
     *     Its answer has to fit into a frame between nodes
     */
    void answer(Function<String, byte[]> answerer);

    /**
     * Asks every other member that is there.
     *
     * @param digest of the events that this node has
     * @return what was heard by the deadline; never fails
     */
    CompletionStage<Heard> ask(String digest, Duration deadline);

    /**
     * What the others said.
     *
     * @param answers what their answerers gave
     * @param silent those that did not answer, by name, and why not
     */
    record Heard(List<byte[]> answers, SortedMap<String, String> silent) {
        public Heard {
            answers = List.copyOf(answers);
            silent = Collections.unmodifiableSortedMap(new TreeMap<>(silent));
        }
    }
}
