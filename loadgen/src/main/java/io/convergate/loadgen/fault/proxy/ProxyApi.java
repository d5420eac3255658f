package io.convergate.loadgen.fault.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.loadgen.net.JsonApi;
import io.convergate.loadgen.net.JsonApi.Answer;
import io.convergate.loadgen.net.JsonApi.Call;
import io.convergate.loadgen.net.JsonFields;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The HTTP API of Toxiproxy 2 (https://github.com/Shopify/toxiproxy, "HTTP API"), without its metrics: {@code /proxies}, {@code
 * /proxies/NAME}, {@code /proxies/NAME/toxics}, {@code /proxies/NAME/toxics/TOXIC}, {@code /populate}, {@code /reset}, {@code /version}.
 */
public final class ProxyApi implements AutoCloseable {
    private static final Set<String> PATHS =
            Set.of("version/1", "reset/1", "populate/1", "proxies/1", "proxies/2", "proxies/3", "proxies/4");

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
        String shape = path.length > 2 && !path[2].equals("toxics") ? "" : path[0] + "/" + path.length;
        // Toxiproxy takes PATCH where it changes something, and POST as its older clients send it.
        return switch (call.method() + " " + shape) {
            case "GET version/1" -> Answer.ok(Map.of("version", VERSION));
            case "POST reset/1" -> {
                proxy.reset();
                yield Answer.empty(204);
            }
            case "POST populate/1" -> populate(call);
            case "GET proxies/1" -> Answer.ok(all());
            case "POST proxies/1" -> create(call);
            case "GET proxies/2" -> withLink(path[1], link -> Answer.ok(ProxyJson.of(link)));
            case "POST proxies/2", "PATCH proxies/2" -> withLink(path[1], link -> change(link, call));
            case "DELETE proxies/2" -> withLink(path[1], this::delete);
            case "GET proxies/3" -> withLink(path[1], link -> Answer.ok(ProxyJson.toxics(link)));
            case "POST proxies/3" -> withLink(path[1], link -> addToxic(link, call));
            case "GET proxies/4" -> withToxic(path, (link, toxic) -> Answer.ok(ProxyJson.of(toxic)));
            case "POST proxies/4", "PATCH proxies/4" -> withToxic(path, (link, toxic) -> change(link, toxic, call));
            case "DELETE proxies/4" -> withToxic(path, ProxyApi::delete);
            default ->
                PATHS.contains(shape)
                        ? JsonApi.error(405, call.method() + " (expected: a method that this path has)")
                        : JsonApi.error(404, call.path() + " (expected: a path of Toxiproxy's API)");
        };
    }

    private Answer withLink(String name, Function<ProxyLink, Answer> answer) {
        return proxy.link(name).map(answer).orElseGet(() -> JsonApi.error(404, "proxy not found"));
    }

    private Answer withToxic(String[] path, BiFunction<ProxyLink, Toxic, Answer> answer) {
        return withLink(path[1], link -> link.toxic(path[3])
                .map(toxic -> answer.apply(link, toxic))
                .orElseGet(() -> JsonApi.error(404, "toxic not found")));
    }

    private Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>();
        proxy.links().forEach(link -> all.put(link.name(), ProxyJson.of(link)));
        return all;
    }

    private Answer create(Call call) {
        JsonFields wanted = JsonFields.of(call.json());
        if (proxy.link(ProxyJson.text(wanted, "name")).isPresent()) {
            return JsonApi.error(409, "proxy already exists");
        }
        return new Answer(201, ProxyJson.of(create(wanted)));
    }

    private ProxyLink create(JsonFields wanted) {
        String name = ProxyJson.text(wanted, "name");
        InetSocketAddress listen = ProxyJson.address(wanted, "listen");
        InetSocketAddress upstream = ProxyJson.address(wanted, "upstream");
        boolean isEnabled = wanted.flag("enabled", true);
        return wanted.made(
                () -> isEnabled ? proxy.add(name, listen, upstream) : proxy.addDisabled(name, listen, upstream));
    }

    /** Makes those that are not there, and replaces those that are and differ. */
    private Answer populate(Call call) {
        List<Object> made = new ArrayList<>();
        JsonNode all = call.json();
        if (!all.isArray()) {
            throw new IllegalArgumentException("the body (expected: a list of proxies)");
        }
        for (JsonNode one : all) {
            JsonFields wanted = JsonFields.of(one);
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
        JsonFields wanted = JsonFields.of(call.json());
        InetSocketAddress listen =
                wanted.text("listen").isEmpty() ? link.listen() : ProxyJson.address(wanted, "listen");
        InetSocketAddress upstream =
                wanted.text("upstream").isEmpty() ? link.upstream() : ProxyJson.address(wanted, "upstream");
        boolean isEnabled = wanted.flag("enabled", link.isEnabled());
        return wanted.made(() -> change(link, listen, upstream, isEnabled));
    }

    private static Answer change(
            ProxyLink link, InetSocketAddress listen, InetSocketAddress upstream, boolean isEnabled) {
        if (!listen.equals(link.listen()) || !upstream.equals(link.upstream())) {
            link.move(listen, upstream);
        }
        if (isEnabled) {
            link.enable();
        } else {
            link.disable();
        }
        return Answer.ok(ProxyJson.of(link));
    }

    private static Answer addToxic(ProxyLink link, Call call) {
        Toxic toxic = ProxyJson.toxic(call.json());
        if (link.toxic(toxic.name()).isPresent()) {
            return JsonApi.error(409, "toxic already exists");
        }
        link.put(toxic);
        return Answer.ok(ProxyJson.of(toxic));
    }

    private static Answer change(ProxyLink link, Toxic toxic, Call call) {
        Toxic changed = ProxyJson.changed(toxic, call.json());
        link.put(changed);
        return Answer.ok(ProxyJson.of(changed));
    }

    private static Answer delete(ProxyLink link, Toxic toxic) {
        link.remove(toxic.name());
        return Answer.empty(204);
    }

    @Override
    public void close() {
        api.close();
    }
}
