package io.convergate.loadgen.fault.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.loadgen.net.JsonApi;
import io.convergate.loadgen.net.JsonApi.Answer;
import io.convergate.loadgen.net.JsonApi.Call;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The HTTP API of Toxiproxy 2 (https://github.com/Shopify/toxiproxy, "HTTP API"), without its metrics: {@code /proxies}, {@code
 * /proxies/NAME}, {@code /proxies/NAME/toxics}, {@code /proxies/NAME/toxics/TOXIC}, {@code /populate}, {@code /reset}, {@code /version}.
 */
public final class ProxyApi implements AutoCloseable {
    /** The version of Toxiproxy whose API this is. */
    private static final String VERSION = "2.9.0";

    private final FaultProxy proxy;
    private final JsonApi api;

    private ProxyApi(FaultProxy proxy, InetSocketAddress at) {
        this.proxy = proxy;
        this.api = JsonApi.start(at, this::answer);
    }

    /** Lets a proxy be operated at an address, port 0 for any free one. */
    public static ProxyApi start(FaultProxy proxy, InetSocketAddress at) {
        return new ProxyApi(proxy, at);
    }

    public InetSocketAddress address() {
        return api.address();
    }

    private Answer answer(Call call) {
        String[] path = call.path().substring(1).split("/");
        boolean isWrite = call.method().equals("POST") || call.method().equals("PATCH");
        boolean isGet = call.method().equals("GET");
        boolean isDelete = call.method().equals("DELETE");
        return switch (path[0] + "/" + path.length) {
            case "version/1" -> Answer.ok(Map.of("version", VERSION));
            case "reset/1" -> {
                proxy.reset();
                yield Answer.empty(204);
            }
            case "populate/1" -> populate(call);
            case "proxies/1" -> isGet ? Answer.ok(all()) : create(call);
            case "proxies/2" ->
                withLink(
                        path[1],
                        link -> isDelete ? delete(link) : isWrite ? change(link, call) : Answer.ok(ProxyJson.of(link)));
            case "proxies/3" ->
                withLink(path[1], link -> isGet ? Answer.ok(ProxyJson.toxics(link)) : addToxic(link, call));
            case "proxies/4" -> withLink(path[1], link -> toxic(link, path[3], call));
            default -> JsonApi.error(404, call.path() + " (expected: a path of Toxiproxy's API)");
        };
    }

    private Answer withLink(String name, Function<ProxyLink, Answer> answer) {
        return proxy.link(name).map(answer).orElseGet(() -> JsonApi.error(404, "proxy not found"));
    }

    private Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>();
        proxy.links().forEach(link -> all.put(link.name(), ProxyJson.of(link)));
        return all;
    }

    private Answer create(Call call) {
        JsonNode wanted = call.as(JsonNode.class);
        if (proxy.link(ProxyJson.text(wanted, "name")).isPresent()) {
            return JsonApi.error(409, "proxy already exists");
        }
        return new Answer(201, ProxyJson.of(create(wanted)));
    }

    private ProxyLink create(JsonNode wanted) {
        String name = ProxyJson.text(wanted, "name");
        InetSocketAddress listen = ProxyJson.address(wanted, "listen");
        InetSocketAddress upstream = ProxyJson.address(wanted, "upstream");
        return wanted.path("enabled").asBoolean(true)
                ? proxy.add(name, listen, upstream)
                : proxy.addDisabled(name, listen, upstream);
    }

    /** Makes those that are not there, and replaces those that are and differ. */
    private Answer populate(Call call) {
        List<Object> made = new ArrayList<>();
        for (JsonNode wanted : call.as(JsonNode.class)) {
            String name = ProxyJson.text(wanted, "name");
            ProxyLink link = proxy.link(name).orElse(null);
            boolean isSame = link != null
                    && link.listen().equals(ProxyJson.address(wanted, "listen"))
                    && link.upstream().equals(ProxyJson.address(wanted, "upstream"));
            if (link == null || !isSame) {
                proxy.remove(name);
                link = create(wanted);
            }
            made.add(ProxyJson.of(link));
        }
        return new Answer(201, Map.of("proxies", made));
    }

    private Answer delete(ProxyLink link) {
        proxy.remove(link.name());
        return Answer.empty(204);
    }

    private static Answer change(ProxyLink link, Call call) {
        JsonNode wanted = call.as(JsonNode.class);
        InetSocketAddress listen = wanted.hasNonNull("listen") ? ProxyJson.address(wanted, "listen") : link.listen();
        InetSocketAddress upstream =
                wanted.hasNonNull("upstream") ? ProxyJson.address(wanted, "upstream") : link.upstream();
        if (!listen.equals(link.listen()) || !upstream.equals(link.upstream())) {
            link.move(listen, upstream);
        }
        if (wanted.path("enabled").asBoolean(link.isEnabled())) {
            link.enable();
        } else {
            link.disable();
        }
        return Answer.ok(ProxyJson.of(link));
    }

    private static Answer addToxic(ProxyLink link, Call call) {
        Toxic toxic = ProxyJson.toxic(call.as(JsonNode.class));
        if (link.toxic(toxic.name()).isPresent()) {
            return JsonApi.error(409, "toxic already exists");
        }
        link.put(toxic);
        return Answer.ok(ProxyJson.of(toxic));
    }

    private static Answer toxic(ProxyLink link, String name, Call call) {
        Toxic toxic = link.toxic(name).orElse(null);
        if (toxic == null) {
            return JsonApi.error(404, "toxic not found");
        }
        if (call.method().equals("DELETE")) {
            link.remove(name);
            return Answer.empty(204);
        }
        if (!call.method().equals("GET")) {
            toxic = ProxyJson.changed(toxic, call.as(JsonNode.class));
            link.put(toxic);
        }
        return Answer.ok(ProxyJson.of(toxic));
    }

    @Override
    public void close() {
        api.close();
    }
}
