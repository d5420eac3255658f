package io.convergate.loadgen.verify;

import java.util.List;

/** Something that must hold of a run. A pure function of the history; says what it saw, whether it held or not. */
public sealed interface Promise
        permits FailuresWithin,
                NoWrongAnswer,
                LatencyWithin,
                ConvergedWithin,
                NothingAcknowledgedLost,
                ConflictsReported,
                RefusedNeverServed,
                NodesAgree,
                ReadsMonotonic,
                DeletionsHold,
                AnswersNeverOlder,
                AnswersAgree,
                ChangesInOrder,
                ReadyWithin,
                ConnectionsKept,
                UnsafeNeverTwice,
                LimitWithin,
                Answered {
    /** It in words, as a report shows it. */
    String words();

    /** The name of the load it is about; empty for all of them. */
    default String load() {
        return "";
    }

    /** The faults around which it allows something. */
    default List<Around> around() {
        return List.of();
    }

    /** Judges a run. */
    Finding judge(History history);
}
