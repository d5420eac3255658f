package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.model.ResourceKey;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFilterTest {
    /** A GET of {@code /api/items?x=1} from {@code Shop.example} that failed with 503 after 300 ms. */
    private static RequestRecord request() {
        RequestRecord request = new RequestRecord();
        request.method = "GET";
        request.target = "/api/items?x=1";
        request.authority = "Shop.example";
        request.status = 503;
        request.startNanos = 1_000_000_000L;
        request.endNanos = 1_300_000_000L;
        request.flag(ResponseFlag.UF, null);
        request.mark(ResponseFlag.URX);
        request.routeName = "items";
        request.matched = new RouteInfo("items", new ResourceKey("g", "VirtualService", "prod", "shop"), "*", 80);
        request.received = Map.of("user-agent", "kube-probe/1.29")::get;
        return request;
    }

    private static RequestRecord answered() {
        RequestRecord request = new RequestRecord();
        request.status = 200;
        return request;
    }

    @ParameterizedTest
    @CsvSource({
        "status=503, true",
        "status=5xx, true",
        "status=500-503, true",
        "status=504, false",
        "status=4xx, false",
        "status=0, false",
        "slower=299ms, true",
        "slower=300ms, false",
        "slower=1h, false",
        "flag=UF, true",
        "flag=URX, true",
        "flag=any, true",
        "flag=UC, false",
        "method=GET, true",
        "method=get, false",
        "path=/api/items, true",
        "path=/api/*, true",
        "path=*items, true",
        "path=*api*, true",
        "path=/api, false",
        "path=*x=1, false",
        "host=shop.example, true",
        "host=*.EXAMPLE, true",
        "host=example, false",
        "route=items, true",
        "route=prod/shop, true",
        "route=prod/*, true",
        "route=shop, false",
        "header=User-Agent:kube-probe*, true",
        "header=user-agent, true",
        "header=user-agent:curl*, false",
        "header=x-debug, false",
        "sampled=true, false",
        "sampled=false, true",
        "status=5xx&path=/api/*&header=user-agent, true",
        "status=5xx&path=/other, false"
    })
    void conditionPicksOrSkips(String condition, boolean holds) {
        LogFilter only = LogFilter.of(List.of(condition), List.of(), OptionalInt.empty());
        LogFilter skip = LogFilter.of(List.of(), List.of(condition), OptionalInt.empty());

        assertThat(only.takes(request())).isEqualTo(holds);
        assertThat(skip.takes(request())).isEqualTo(!holds);
    }

    @ParameterizedTest
    @CsvSource({
        "status, 'key=value'",
        "statuz=5xx, 'status, slower'",
        "status=6xx, 'such as 404'",
        "status=599-500, 'smaller'",
        "slower=5, 'ms, s, m or h'",
        "flag=XX, 'any, or one of'",
        "header=:x, 'name, or name:value'",
        "sampled=yes, 'true or false'",
        "status=5xx&, 'key=value'"
    })
    void whatIsNoConditionIsRefusedWithTheReason(String condition, String expected) {
        assertThatThrownBy(() -> LogFilter.of(List.of(condition), List.of(), OptionalInt.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ")
                .hasMessageContaining(expected);
    }

    @Test
    void oneConditionIsEnoughAndSkippingWins() {
        LogFilter filter =
                LogFilter.of(List.of("status=404", "slower=100ms"), List.of("path=/health*"), OptionalInt.empty());

        assertThat(filter.takes(request())).isTrue();
        assertThat(filter.takes(answered())).isFalse();
        RequestRecord health = request();
        health.target = "/healthz";
        assertThat(filter.takes(health)).isFalse();
    }

    @Test
    void ofTheRestOneInSoManyIsTaken() {
        LogFilter filter = LogFilter.of(List.of("status=5xx"), List.of(), OptionalInt.of(10));
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            taken += filter.takes(answered()) ? 1 : 0;
        }

        assertThat(taken).isBetween(800, 1_200);
        assertThat(filter.takes(request())).isTrue();
    }

    @Test
    void withoutConditionsEveryRequestIsTaken() {
        assertThat(LogFilter.ALL.takes(answered())).isTrue();
        assertThat(LogFilter.of(List.of(), List.of(), OptionalInt.empty()).takes(request()))
                .isTrue();
    }

    @Test
    void thereIsABoundOnConditions() {
        List<String> many = Collections.nCopies(LogFilter.CONDITIONS_MAX + 1, "status=404");

        assertThatThrownBy(() -> LogFilter.of(many, List.of(), OptionalInt.empty()))
                .hasMessage("65 conditions (expected: at most 64)");
    }
}
