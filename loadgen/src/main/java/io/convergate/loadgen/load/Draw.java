package io.convergate.loadgen.load;

import io.convergate.loadgen.request.Variables;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says which request a number is: by weight, from the seed and the number alone, or by the recorded order. Confined to its worker. */
final class Draw {
    private final PreparedSet set;
    private final List<@Nullable Users> users = new ArrayList<>();
    private final Variables variables;
    private final boolean hasSessions;

    Draw(LoadPlan plan, PreparedSet set, int worker) {
        this.set = set;
        this.variables = new Variables(~plan.seed(), "");
        this.hasSessions =
                set.entries().stream().anyMatch(entry -> entry.session().isPresent());
        for (PreparedSet.Entry entry : set.entries()) {
            users.add(entry.session()
                    .map(session -> new Users(session, entry.steps(), worker, plan.threads()))
                    .orElse(null));
        }
    }

    /** Whether that number could be sent now: it belongs to no session, or one of its users is free. */
    boolean hasUserFor(long number) {
        if (!hasSessions) {
            return true;
        }
        Users its = users.get(indexOf(number));
        return its == null || its.hasFree();
    }

    /** How long the call's user does nothing now, in nanoseconds. */
    long thinkNanos(Call call, Users its) {
        return its.think().nanos(variables, call.number);
    }

    void choose(Call call) {
        int index = indexOf(call.number);
        call.users = users.get(index);
        if (call.users == null) {
            call.request = set.entries().get(index).steps().get(0);
        }
    }

    private int indexOf(long number) {
        if (set.order().length > 0) {
            return set.order()[(int) (number % set.order().length)];
        }
        if (set.entries().size() == 1) {
            return 0;
        }
        variables.begin(number, "");
        long drawn = variables.below(Math.toIntExact(set.weightTotal()));
        int index = 0;
        while (set.entries().get(index).weightUpTo() <= drawn) {
            index++;
        }
        return index;
    }
}
