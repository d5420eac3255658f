package io.convergate.loadgen.load;

import io.convergate.loadgen.request.Body;
import io.convergate.loadgen.request.Expectation;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.request.Template;
import java.util.ArrayList;
import java.util.List;

/**
 * A request of the set with everything added that the plan adds. Immutable.
 *
 * @param index counts the requests of a plan from 0
 * @param authority the Host or {@code :authority}
 * @param headers all but Host and Content-Length
 * @param hasOwnCookies whether one of them is Cookie; a user's own cookies are then not sent
 */
record Prepared(
        int index,
        RequestSpec spec,
        Template authority,
        List<RequestSpec.Header> headers,
        boolean isHead,
        boolean wantsHash,
        boolean hasOwnCookies,
        boolean isConstant) {
    static Prepared of(int index, RequestSpec spec, LoadPlan plan) {
        Template authority = Template.constant(
                plan.wire().authority().orElseGet(() -> plan.targets().get(0).toString()));
        List<RequestSpec.Header> headers = new ArrayList<>();
        boolean hasAgent = false;
        for (RequestSpec.Header header : spec.headers()) {
            if (header.name().equalsIgnoreCase("host")) {
                authority = header.value();
            } else {
                headers.add(header);
                hasAgent |= header.name().equalsIgnoreCase("user-agent");
            }
        }
        if (!hasAgent) {
            headers.add(0, new RequestSpec.Header("user-agent", Template.constant("convergate-loadgen")));
        }
        if (plan.isTraced()) {
            headers.add(new RequestSpec.Header("x-request-id", Template.parse("{{id}}")));
        }
        boolean isConstant = authority.isConstant()
                && spec.path().isConstant()
                && headers.stream().allMatch(header -> header.value().isConstant())
                && !(spec.body() instanceof Body.Text text && !text.template().isConstant());
        return new Prepared(
                index,
                spec,
                authority,
                List.copyOf(headers),
                spec.method().equals("HEAD"),
                spec.expect().bodySha256().isPresent(),
                headers.stream().anyMatch(header -> header.name().equalsIgnoreCase("cookie")),
                isConstant);
    }

    Expectation expect() {
        return spec.expect();
    }
}
