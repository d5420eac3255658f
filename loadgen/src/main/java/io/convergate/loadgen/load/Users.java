package io.convergate.loadgen.load;

import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.Think;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** One worker's part of the users of a session: who is free, whose turn it is at which step, and the calls that wait for a user. */
final class Users {
    private final List<Prepared> steps;
    private final Think think;
    private final ArrayDeque<Turn> free = new ArrayDeque<>();
    final ArrayDeque<Call> waiting = new ArrayDeque<>();

    /** A user and the step it takes next. */
    private static final class Turn {
        final User user;
        int step;

        Turn(User user) {
            this.user = user;
        }
    }

    private final Map<User, Turn> busy = new IdentityHashMap<>();

    Users(RequestSet.Session session, List<Prepared> steps, int worker, int workers) {
        this.steps = steps;
        this.think = session.think();
        for (int i = worker; i < session.users(); i += workers) {
            free.add(new Turn(new User(session.name() + "-" + i, session.isSticky(), session.keepsCookies())));
        }
    }

    /** Gives the call a user and that user's next step; false if all are busy. */
    boolean assign(Call call) {
        Turn turn = free.poll();
        if (turn == null) {
            return false;
        }
        call.user = turn.user;
        call.request = steps.get(turn.step);
        turn.step = (turn.step + 1) % steps.size();
        busy.put(turn.user, turn);
        return true;
    }

    /** Whether there is a user who has nothing to do. */
    boolean hasFree() {
        return !free.isEmpty();
    }

    /** What its users do between an answer and the next request. */
    Think think() {
        return think;
    }

    /** Takes a user back. */
    void release(User user) {
        Turn turn = busy.remove(user);
        if (turn != null) {
            free.add(turn);
        }
    }
}
