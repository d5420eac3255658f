package io.convergate.node.admin.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.AdminJson;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static Event event(String resource, String cause, String message, String node, long second) {
        return Event.once(
                NoticingNode.key(resource),
                "uid-of-" + resource,
                true,
                Conditions.REFUSED,
                cause,
                message,
                node.isEmpty() ? List.of() : List.of(node),
                Instant.ofEpochSecond(second));
    }

    private static List<Event> random(Random random, int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(event(
                    "r" + random.nextInt(5),
                    "cause " + random.nextInt(2),
                    "message " + random.nextInt(3),
                    random.nextInt(3) == 0 ? "" : "n" + random.nextInt(3),
                    random.nextInt(4)));
        }
        return events;
    }

    @Test
    void whateverTheOrderInWhichNodesHearOfThemTheyHaveTheSameEvents() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Event> some = random(random, 30);
            Events one = new Events(6);
            one.take(some);
            Collections.shuffle(some, random);
            Events other = new Events(6);
            some.forEach(event -> other.take(List.of(event, event)));
            // The newest of all may have been forgotten before it was known to have happened again.
            List<Event> known = one.all();
            one.take(other.all());
            other.take(known);

            assertThat(other.all()).as("seed %d", seed).isEqualTo(one.all()).hasSizeLessThanOrEqualTo(6);
            assertThat(other.digest()).isEqualTo(one.digest());
        }
    }

    @Test
    void aNodeThatHasTheSameIsAnsweredWithNothingAndOthersGetAll() throws IOException {
        Events one = new Events(1_000);
        Events other = new Events(1_000);
        for (int i = 0; i < 1_200; i++) {
            one.notice(event("resource-" + i, "", "served by all 3 nodes, by a message of usual length", "", i));
        }
        assertThat(one.all()).hasSize(1_000);
        byte[] answer = one.unlike(other.digest());

        other.take(Events.read(answer));

        assertThat(answer).hasSizeLessThan(Events.BYTES_MAX);
        assertThat(other.all()).isEqualTo(one.all());
        assertThat(other.unlike(one.digest())).isEmpty();
        assertThat(Events.read(new byte[0])).isEmpty();
    }

    @Test
    void ofMoreThanFitsIntoAMessageTheNewestAreTold() throws IOException {
        Random random = new Random(1);
        Events one = new Events(1_000);
        for (int i = 0; i < 1_000; i++) {
            StringBuilder message = new StringBuilder();
            random.ints(800, 33, 126).forEach(c -> message.append((char) c));
            one.notice(event("resource-" + i, "", message.toString(), "", i));
        }

        byte[] answer = one.unlike("");

        List<Event> told = Events.read(answer);
        assertThat(answer).hasSizeBetween(1, Events.BYTES_MAX);
        assertThat(told).isEqualTo(one.all().subList(1_000 - told.size(), 1_000));
    }

    @Test
    void whatANewerVersionSaysBesideIsLeftOut() {
        Event sent = event("files", "why", "message", "n1", 7);
        ObjectNode json = sent.toJson().put("mood", "good");

        assertThat(Event.fromJson(json)).isEqualTo(sent);
    }

    @Test
    void itIsShownWithTheNodeWhoseDoingItIsUnlessThatIsMoreThanOne() {
        Events events = new Events(10);
        events.notice(event("files", "no such subset", "no such subset", "n2", 7));
        ObjectNode one = events.all().get(0).show();
        events.notice(event("files", "no such subset", "no such subset", "n1", 9));
        ObjectNode both = events.all().get(0).show();
        events.notice(event("files", "no such subset", "no such subset", "n1", 9));

        assertThat(one.path("reportingInstance").asText()).isEqualTo("n2");
        assertThat(one.at("/source/host").asText()).isEqualTo("n2");
        assertThat(one.path("message").asText()).isEqualTo("not served as written by n2: no such subset");
        assertThat(both.path("reportingInstance").asText()).isEmpty();
        assertThat(both.path("message").asText()).isEqualTo("not served as written by n1, n2: no such subset");
        assertThat(both.at("/metadata/name")).isEqualTo(one.at("/metadata/name"));
        assertThat(both.at("/metadata/uid")).isEqualTo(one.at("/metadata/uid"));
        assertThat(both.at("/metadata/resourceVersion")).isNotEqualTo(one.at("/metadata/resourceVersion"));
        assertThat(both.path("count").asInt()).isEqualTo(1);
        assertThat(both.path("firstTimestamp").asText()).isEqualTo("1970-01-01T00:00:07Z");
        assertThat(both.path("lastTimestamp").asText()).isEqualTo("1970-01-01T00:00:09Z");
        assertThat(events.all().get(0).count()).isEqualTo(2);
        assertThat(AdminJson.tree(events.all().get(0).nodes())).hasSize(2);
    }
}
