package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the audit log says of calls. */
@Timeout(60)
class AuditTest {
    private static final String SECRET = """
            apiVersion: v1
            kind: Secret
            metadata: {name: hidden}
            stringData: {word: vnvaluable}
            """;

    @TempDir
    Path directory;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("io.convergate.audit");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        log.addAppender(appender);
    }

    @AfterEach
    void stop() {
        log.detachAppender(appender);
    }

    @Test
    void everyCallIsALineWithWhoWhatAndWhatCameOfIt() throws Exception {
        try (TestNode node = new TestNode(directory.resolve("data"))) {
            String revision = node.post("/apply?author=ada&message=first%0A%22one%22", SECRET)
                    .json()
                    .path("revision")
                    .asText();
            node.get("/history");
            node.post("/apply?author=ada", "nonsense");

            assertThat(lines)
                    .hasSize(3)
                    .noneMatch(line -> line.contains("vnvaluable"))
                    .noneMatch(line -> line.contains("\n"));
            assertThat(lines.get(0))
                    .contains("method=POST path=\"/apply\" status=200 revision=" + revision)
                    .contains("from=127.0.0.1 author=\"ada\" message=\"first??one?\"");
            assertThat(lines.get(1)).contains("method=GET path=\"/history\" status=200 revision=-");
            assertThat(lines.get(2)).contains("path=\"/apply\" status=4").contains("revision=-");
        }
    }

    @Test
    void whatMonitorsAskAllTheTimeIsNone() throws Exception {
        try (TestNode node = new TestNode(directory.resolve("data"))) {
            List.of("/livez", "/readyz", "/metrics", "/status", "/vitals", "/breakers")
                    .forEach(node::get);

            assertThat(lines).isEmpty();
        }
    }
}
