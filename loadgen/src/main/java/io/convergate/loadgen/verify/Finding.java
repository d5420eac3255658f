package io.convergate.loadgen.verify;

import java.util.List;
import java.util.Objects;

/**
 * What a check found about one promise.
 *
 * @param promise what was promised, in words
 * @param state whether it held
 * @param seen what was seen, in words, with figures
 * @param evidence the first few cases that speak against it, or that show what it rests on; at most {@value #EVIDENCE_MAX}
 */
public record Finding(String promise, State state, String seen, List<String> evidence) {
    /** More evidence than this is cut: a report shows examples, the history has all. */
    public static final int EVIDENCE_MAX = 12;

    public Finding {
        Objects.requireNonNull(state);
        evidence = List.copyOf(evidence.size() > EVIDENCE_MAX ? evidence.subList(0, EVIDENCE_MAX) : evidence);
    }

    /** What became of a promise. */
    public enum State {
        /** Everything that was looked at agrees with it. */
        HELD,
        /** Something that was seen speaks against it. */
        BROKEN,
        /** It could not be judged, which is neither good nor bad; {@link Finding#seen()} says why. */
        NOT_JUDGED
    }

    /** It held. */
    public static Finding held(String promise, String seen, List<String> evidence) {
        return new Finding(promise, State.HELD, seen, evidence);
    }

    /** It did not. */
    public static Finding broken(String promise, String seen, List<String> evidence) {
        return new Finding(promise, State.BROKEN, seen, evidence);
    }

    /** Nobody can tell. */
    public static Finding notJudged(String promise, String why) {
        return new Finding(promise, State.NOT_JUDGED, why, List.of());
    }

    /** The same, but not judged if it held and something was missing that might have broken it. */
    public Finding lacking(long missing, String what) {
        return state == State.HELD && missing > 0
                ? notJudged(promise, "%s; %,d %s were too many to keep".formatted(seen, missing, what))
                : this;
    }

    /** Held or broken, by a condition. */
    public static Finding of(boolean isHeld, String promise, String seen, List<String> evidence) {
        return new Finding(promise, isHeld ? State.HELD : State.BROKEN, seen, evidence);
    }
}
