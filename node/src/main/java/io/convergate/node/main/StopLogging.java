package io.convergate.node.main;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the log leaves out while the process stops. */
final class StopLogging {
    /**
     * Warn of members that are gone while this one goes, too: where all are told to stop at once, there is soon nobody to give
     * shards to, and connections end from the other side.
     */
    static final List<String> LOGGERS =
            List.of("org.apache.pekko.cluster.sharding.ShardRegion", "org.apache.pekko.remote.artery.Association");

    private StopLogging() {}

    /** Leaves warnings of these out from now on; errors are still written. For the whole process, which is about to end. */
    static void quieten() {
        for (String name : LOGGERS) {
            if (LoggerFactory.getLogger(name) instanceof Logger logger) {
                logger.setLevel(Level.ERROR);
            }
        }
    }
}
