package io.convergate.loadgen.origin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.convergate.loadgen.net.JsonApi;
import io.convergate.loadgen.net.JsonApi.Answer;
import io.convergate.loadgen.net.JsonApi.Call;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The control API of an origin.
 *
 * <ul>
 *   <li>{@code GET /}: its label, address, counts and how it misbehaves
 *   <li>{@code POST /misbehave} with a {@link Misbehaviour}
 *   <li>{@code POST /heal}
 *   <li>{@code GET /seen}: the newest requests
 *   <li>{@code POST /release}: answers one request for {@code /held}
 * </ul>
 */
final class OriginApi implements AutoCloseable {
    private final Origin origin;
    private final JsonApi api;

    private OriginApi(InetSocketAddress at, Origin origin) {
        this.origin = origin;
        this.api = JsonApi.start(at, this::answer);
    }

    static OriginApi start(InetSocketAddress at, Origin origin) {
        return new OriginApi(at, origin);
    }

    InetSocketAddress address() {
        return api.address();
    }

    private Answer answer(Call call) {
        switch (call.method() + " " + call.path()) {
            case "GET /":
                return Answer.ok(state());
            case "GET /seen":
                return Answer.ok(origin.seen());
            case "POST /misbehave":
                origin.misbehave(MisbehaviourJson.read(call.json()));
                return Answer.ok(state());
            case "POST /heal":
                origin.heal();
                return Answer.ok(state());
            case "POST /release":
                origin.release();
                return Answer.ok(state());
            default:
                return JsonApi.error(
                        404,
                        call.method() + " " + call.path()
                                + " (expected: GET /, GET /seen, POST /misbehave, POST /heal or POST /release)");
        }
    }

    /** How an origin stands. A record, so that a misbehaviour is written with its kind. */
    private record State(
            String label,
            String address,
            long requests,
            long logDropped,
            long spoiled,
            int connections,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Misbehaviour misbehaviour) {}

    private State state() {
        return new State(
                origin.label(),
                origin.address().getHostString() + ":" + origin.port(),
                origin.seenCount(),
                origin.log().dropped(),
                origin.spoiled(),
                origin.connections(),
                origin.misbehaviour().orElse(null));
    }

    @Override
    public void close() {
        api.close();
    }
}
