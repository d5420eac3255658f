package io.convergate.loadgen.verify;

/** Something that must hold of a run. A pure function of the history; says what it saw, whether it held or not. */
public sealed interface Promise
        permits FailuresWithin,
                NoWrongAnswer,
                LatencyWithin,
                ConvergedWithin,
                NothingAcknowledgedLost,
                RefusedNeverServed,
                NodesAgree,
                ReadsMonotonic,
                ConnectionsKept,
                UnsafeNeverTwice,
                LimitWithin,
                Answered {
    /** It in words, as a report shows it. */
    String words();

    /** Judges a run. */
    Finding judge(History history);
}
