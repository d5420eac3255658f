package io.convergate.node.admin.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.Revision;
import io.convergate.node.admin.api.ResourceResult.Outcome;
import io.convergate.node.admin.kube.KubeBackend.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;

class WriteRepliesTest {
    private static List<String> warnings(List<String> notYet, List<String> warnings) {
        Written.Done done = new Written.Done(Outcome.CONFIGURED, Optional.empty(), Revision.EMPTY, List.of(), notYet);
        return StreamSupport.stream(
                        WriteReplies.told(HttpResponse.create(), done, warnings)
                                .getHeaders()
                                .spliterator(),
                        false)
                .filter(header -> header.is("warning"))
                .map(HttpHeader::value)
                .toList();
    }

    @Test
    void membersWithoutTheWriteAreNamedHoweverMuchElseThereIsToSay() {
        List<String> many = new ArrayList<>(
                IntStream.range(0, 30).mapToObj(i -> "warning " + i).toList());
        List<String> told = warnings(List.of("node-2", "node-3"), many);

        assertThat(told).hasSize(20);
        assertThat(told).contains("299 - \"not yet on node-2, node-3, which cannot be reached or is slow\"");
        assertThat(warnings(List.of(), List.of())).isEmpty();
    }

    @Test
    void aWarningIsShortAndBreaksNoHeader() {
        assertThat(warnings(List.of(), List.of("a\r\nb: \"c\" \\ \u00e9" + "x".repeat(300)))
                        .get(0))
                .startsWith("299 - \"a??b: \\\"c\\\" \\\\ ?xxx")
                .endsWith("x...\"")
                .hasSizeLessThan(300);
    }
}
