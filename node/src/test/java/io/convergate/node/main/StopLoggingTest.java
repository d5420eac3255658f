package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.remote.artery.Association;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StopLoggingTest {
    @Test
    void warningsOfOthersThatGoAreLeftOutAndErrorsAreNot() {
        Map<Logger, Level> before = new HashMap<>();
        for (String name : StopLogging.LOGGERS) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            before.put(logger, logger.getLevel());
        }
        try {
            StopLogging.quieten();

            assertThat(before.keySet()).noneMatch(Logger::isWarnEnabled).allMatch(Logger::isErrorEnabled);
            assertThat(before.keySet().stream().map(Logger::getName).collect(Collectors.toSet()))
                    .as("the classes by whose names Pekko logs")
                    .containsExactlyInAnyOrder(ShardRegion.class.getName(), Association.class.getName());
        } finally {
            before.forEach(Logger::setLevel);
        }
    }
}
