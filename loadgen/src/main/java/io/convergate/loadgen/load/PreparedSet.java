package io.convergate.loadgen.load;

import io.convergate.loadgen.request.RequestSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The request set of a plan, ready to be sent. Immutable.
 *
 * @param all every request of it
 * @param entries what is drawn from
 * @param order the entry of each number, or empty
 */
record PreparedSet(List<Prepared> all, List<Entry> entries, int[] order, long weightTotal) {
    /**
     * @param session empty for a single request
     * @param weightUpTo of this entry and all before it
     */
    record Entry(List<Prepared> steps, Optional<RequestSet.Session> session, long weightUpTo) {}

    static PreparedSet of(LoadPlan plan) {
        List<Prepared> all = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        long total = 0;
        for (RequestSet.Entry entry : plan.requests().entries()) {
            total += entry.weight();
            List<Prepared> steps = new ArrayList<>();
            if (entry instanceof RequestSet.Session session) {
                if (session.users() < plan.threads()) {
                    throw new IllegalArgumentException(
                            session.name() + ": " + session.users() + " users (expected: at least one a thread)");
                }
                session.steps().forEach(step -> steps.add(Prepared.of(all.size() + steps.size(), step, plan)));
                entries.add(new Entry(List.copyOf(steps), Optional.of(session), total));
            } else if (entry instanceof RequestSet.Single single) {
                steps.add(Prepared.of(all.size(), single.request(), plan));
                entries.add(new Entry(List.copyOf(steps), Optional.empty(), total));
            }
            all.addAll(steps);
        }
        return new PreparedSet(
                List.copyOf(all), List.copyOf(entries), plan.requests().order(), total);
    }

    Prepared first() {
        return all.get(0);
    }

    int size() {
        return all.size();
    }

    List<String> names() {
        return all.stream().map(prepared -> prepared.spec().name()).toList();
    }
}
