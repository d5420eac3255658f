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

    Draw(LoadPlan plan, PreparedSet set, int worker) {
        this.set = set;
        this.variables = new Variables(~plan.seed(), "");
        for (PreparedSet.Entry entry : set.entries()) {
            users.add(entry.session()
                    .map(session -> new Users(session, entry.steps(), worker, plan.threads()))
                    .orElse(null));
        }
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
