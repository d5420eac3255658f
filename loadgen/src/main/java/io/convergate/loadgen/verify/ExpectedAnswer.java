package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.Answer;
import io.convergate.loadgen.load.AnswerCheck;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.load.User;
import io.convergate.loadgen.request.Expectation;
import java.util.Set;

/**
 * Judges an answer by what its request expects, and by its session: a sticky user's answers all come from one upstream, and that
 * upstream's own count of answers grows from one to the next. Stateless.
 */
public final class ExpectedAnswer implements AnswerCheck {
    @Override
    public Verdict judge(Expectation expected, Answer answer, User user) {
        int status = answer.status();
        if (!expected.statuses().contains(status)) {
            return status(expected, status);
        }
        if (!allows(expected.upstreams(), answer.upstream())) {
            return wrong(Outcome.WRONG_UPSTREAM, "upstream", answer.upstream(), expected.upstreams());
        }
        if (!allows(expected.versions(), answer.version())) {
            return wrong(Outcome.WRONG_UPSTREAM, "version", answer.version(), expected.versions());
        }
        if (!allows(expected.routes(), answer.route())) {
            return wrong(Outcome.WRONG_UPSTREAM, "route", answer.route(), expected.routes());
        }
        if (expected.bodyLength().isPresent() && expected.bodyLength().getAsLong() != answer.bodyLength()) {
            return new Verdict(
                    Outcome.WRONG_BODY,
                    answer.bodyLength() + " bytes (expected: "
                            + expected.bodyLength().getAsLong() + ")");
        }
        if (expected.bodySha256().isPresent() && !expected.bodySha256().equals(answer.bodySha256())) {
            return new Verdict(
                    Outcome.WRONG_BODY,
                    "SHA-256 " + answer.bodySha256().orElse("unknown") + " (expected: "
                            + expected.bodySha256().get() + ")");
        }
        return user == User.NOBODY ? Verdict.OK : session(answer, user);
    }

    private static Verdict status(Expectation expected, int status) {
        Outcome outcome =
                status >= 500 ? Outcome.STATUS_5XX : status >= 400 ? Outcome.STATUS_4XX : Outcome.WRONG_STATUS;
        return new Verdict(outcome, "status " + status + " (expected: " + expected.statuses() + ")");
    }

    private static boolean allows(Set<String> allowed, String value) {
        return allowed.isEmpty() || allowed.contains(value);
    }

    private static Verdict wrong(Outcome outcome, String what, String value, Set<String> allowed) {
        return new Verdict(
                outcome,
                what + " " + (value.isEmpty() ? "not named" : value) + " (expected: "
                        + String.join(" or ", allowed.stream().sorted().toList()) + ")");
    }

    private static Verdict session(Answer answer, User user) {
        if (user.isSticky() && answer.upstream().isEmpty()) {
            return new Verdict(
                    Outcome.WRONG_SESSION,
                    user.name() + " was answered by nobody who names itself (expected: "
                            + (user.upstream().isEmpty() ? "an upstream's name" : user.upstream() + ", as before")
                            + ")");
        }
        String before = user.upstream();
        boolean isSame = before.equals(answer.upstream());
        if (user.isSticky() && !before.isEmpty() && !isSame) {
            user.remember(answer.upstream(), answer.sequence());
            return new Verdict(
                    Outcome.WRONG_SESSION,
                    user.name() + " was answered by " + answer.upstream() + " (expected: " + before + ", as before)");
        }
        long last = user.sequence();
        user.remember(answer.upstream(), answer.sequence());
        if (isSame && last >= 0 && answer.sequence() >= 0 && answer.sequence() <= last) {
            return new Verdict(
                    Outcome.WRONG_SESSION,
                    user.name() + " saw number " + answer.sequence() + " of " + answer.upstream() + " after number "
                            + last + " (expected: growing)");
        }
        return Verdict.OK;
    }
}
