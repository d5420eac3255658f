package io.convergate.routing.breaker;

import java.util.Map;

/** What is answered in place of an upstream whose breaker is open. */
public sealed interface Fallback {
    /** A refusal. */
    Fallback REFUSE = new Refuse();

    /** 503. */
    record Refuse() implements Fallback {}

    /** What another upstream answers. */
    record Elsewhere() implements Fallback {}

    /**
     * A response.
     *
     * @param status its status, 200 to 599
     * @param body its body
     * @param headers its headers
     */
    record Respond(int status, String body, Map<String, String> headers) implements Fallback {
        public Respond {
            headers = Map.copyOf(headers);
        }
    }
}
