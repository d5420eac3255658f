package io.convergate.config;

/** The bounds of what the store takes. They are the same on all nodes, because a change accepted by one is held by all. */
public final class Limits {
    /** The largest resource: 1 MiB, as large as a document that is read may be. */
    public static final int RESOURCE_BYTES_MAX = 1 << 20;

    /** The largest change: 64 MiB over all its resources. */
    public static final long CHANGE_BYTES_MAX = 64L << 20;

    /** The most edits in one change. */
    public static final int CHANGE_EDITS_MAX = 50_000;

    /** The longest key in UTF-8, written as {@code group/kind/namespace/name}: four names of Kubernetes' 253 bytes. */
    public static final int KEY_BYTES_MAX = 1024;

    /** The longest author and the longest message of a change, in characters; what is longer is cut. */
    public static final int TEXT_CHARS_MAX = 1024;

    /** The most store directories that may ever have written to one configuration. */
    public static final int WRITERS_MAX = 512;

    /** The largest change that can be asked of a majority, with the pages it touches: 6 MiB. */
    public static final long MAJORITY_BYTES_MAX = 6L << 20;

    /** The most changes that wait to be planned; more are answered {@link SubmitResult.Unavailable}. */
    public static final int SUBMISSIONS_MAX = 256;

    /** The most callers that wait for convergence at a time; more are answered at once with what is known. */
    public static final int WAITERS_MAX = 1024;

    /** The most problems of one activation that are told to other nodes. */
    public static final int PROBLEMS_MAX = 16;

    /** The most members, present or lost, that a node keeps in mind. */
    public static final int MEMBERS_MAX = 256;

    private Limits() {}
}
