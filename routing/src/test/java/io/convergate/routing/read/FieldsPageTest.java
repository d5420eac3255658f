package io.convergate.routing.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page that lists every field. */
class FieldsPageTest {
    @Test
    void thePageOfAllFieldsIsWhatTheCodeSays() throws IOException {
        Path page = Path.of("../docs/fields.md");
        String text = FieldsPage.text();
        if (System.getProperty("fields.write") != null) {
            Files.writeString(page, text);
        }

        assertThat(page).as("run with -Dfields.write to write it anew").hasContent(text);
    }

    @Test
    void whatAFieldDoesIsSaidOfItWithWhatBelongsToIt() {
        assertThat(FieldsPage.text().lines())
                .contains("| `trafficPolicy.outlierDetection.consecutiveLocalOriginFailures` | integer | served |")
                .contains("| `http[].retries.backoff` | duration | served |")
                .anyMatch(line -> line.startsWith("| `rules[].backendRefs[].filters[].type` | choice | served: ")
                        && line.contains("CORS: not served: type does not act yet: CORS acts on rules only"));
    }

    @Test
    void theBindersNameTheFieldsOfAKind() {
        Kinds.Known virtualService = Kinds.named("VirtualService").get(0);

        assertThat(Schema.of(virtualService))
                .containsEntry("spec.hosts[]", "string")
                .containsEntry("spec.http[].match[].headers.*.exact", "string")
                .containsEntry("spec.http[].timeout", "duration")
                .containsEntry("spec.http[].route[].destination.port.number", "integer")
                .containsEntry("spec.http[].redirect.derivePort", "one of FROM_PROTOCOL_DEFAULT, FROM_REQUEST_PORT");
    }
}
