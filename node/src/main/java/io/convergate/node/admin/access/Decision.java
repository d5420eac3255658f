package io.convergate.node.admin.access;

import io.convergate.node.admin.api.ProblemDocument;
import java.util.Map;

/** What became of the question whether a request may be handled. */
public sealed interface Decision {
    /** It may. */
    record Allowed(Principal who) implements Decision {}

    /**
     * It may not.
     *
     * @param who who asked, as far as that is known
     * @param why the answer, with its status
     * @param headers of the answer
     * @param note for the audit log; empty if there is nothing to say beyond the answer
     * @param logged whether the audit log shall have it
     */
    record Refused(Principal who, ProblemDocument why, Map<String, String> headers, String note, boolean logged)
            implements Decision {
        public Refused {
            headers = Map.copyOf(headers);
        }

        static Refused of(Principal who, ProblemDocument why) {
            return new Refused(who, why, Map.of(), "", true);
        }
    }
}
