package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.LoadResult;
import java.util.ArrayList;
import java.util.List;

/**
 * No client connection is broken: a load opens each of its connections once and never another in its place.
 *
 * @param load whose connections; empty for all loads
 */
public record ConnectionsKept(String load) implements Promise {
    @Override
    public String words() {
        return "no connection" + (load.isEmpty() ? "" : " of " + load) + " is broken";
    }

    @Override
    public Finding judge(History history) {
        long opened = 0;
        List<String> more = new ArrayList<>();
        for (LoadResult result : history.loads(load)) {
            Integer planned = history.connectionsPlanned().get(result.name());
            if (planned == null) {
                return Finding.notJudged(words(), "how many connections " + result.name() + " has is not known");
            }
            opened += result.connectionsOpened();
            if (result.connectionsOpened() > planned) {
                more.add(result.name() + " opened " + result.connectionsOpened() + " connections for " + planned);
            }
        }
        return opened == 0
                ? Finding.notJudged(words(), "no connection was opened")
                : Finding.of(
                        more.isEmpty(), words(), opened + (more.isEmpty() ? " opened, each once" : " opened"), more);
    }
}
