package io.convergate.loadgen.load;

import io.convergate.loadgen.request.Expectation;

/** Judges whole answers. Called on the load's own threads, several at once: quick, thread-safe, never blocking. */
@FunctionalInterface
public interface AnswerCheck {
    /**
     * Judges one.
     *
     * @param user whose it is, or {@link User#NOBODY}; changed only by calls for the same user, which never overlap
     * @return its outcome, and for a failure more in words
     */
    Verdict judge(Expectation expected, Answer answer, User user);

    /**
     * What became of an answer.
     *
     * @param detail empty if it is right
     */
    record Verdict(Outcome outcome, String detail) {
        /** Everything held. */
        public static final Verdict OK = new Verdict(Outcome.OK, "");
    }
}
