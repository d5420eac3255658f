package io.convergate.node.admin;

import io.convergate.node.admin.api.ProblemDocument;

/** Leaves a route with an error reply; what is wrong is the request, not the node. */
final class BadRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProblemDocument problem;

    BadRequest(ProblemDocument problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    ProblemDocument problem() {
        return problem;
    }
}
