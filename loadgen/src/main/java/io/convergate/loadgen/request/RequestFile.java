package io.convergate.loadgen.request;

import io.convergate.loadgen.request.RequestSpec.Header;
import io.convergate.loadgen.yaml.BadYaml;
import io.convergate.loadgen.yaml.YamlFile;
import io.convergate.loadgen.yaml.YamlMapping;
import io.convergate.loadgen.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads a request set from a YAML file; docs/loadgen.md describes the format. Confined to one thread. */
public final class RequestFile {
    /** The most that one body may have, in bytes. */
    private static final int BODY_BYTES_MAX = 64 << 20;

    private final Path directory;
    private Map<String, List<String>> lists = Map.of();
    private List<Header> commonHeaders = List.of();
    private Expectation commonExpectation;

    private RequestFile(Path directory, Expectation expectation) {
        this.directory = directory;
        this.commonExpectation = expectation;
    }

    /**
     * Reads a file.
     *
     * @param expectation what is expected where the file says nothing
     * @throws BadYaml with all mistakes, each with its line
     * @throws IOException if it cannot be read
     */
    public static RequestSet read(Path file, Expectation expectation) throws IOException, BadYaml {
        Path parent = file.toAbsolutePath().getParent();
        RequestFile reader = new RequestFile(parent == null ? file : parent, expectation);
        return YamlFile.read(file.toString(), Files.readString(file), reader::document);
    }

    /** Reads a {@code mix} as such a file has it, in a document of another kind; without lists and files of bodies. */
    public static RequestSet mix(YamlValue mix) {
        RequestFile reader = new RequestFile(Path.of(""), Expectation.SUCCESS);
        return reader.set(mix);
    }

    private RequestSet set(YamlValue mix) {
        List<RequestSet.Entry> entries = mix.some(this::entry);
        if (entries.isEmpty()) {
            throw mix.said();
        }
        return new RequestSet(entries, new int[0]);
    }

    private RequestSet document(YamlValue value) {
        YamlMapping document = value.mapping();
        lists = document.get("lists", RequestFile::lists, Map.of());
        commonHeaders = document.get("headers", this::headers, List.of());
        commonExpectation = document.get("expect", this::expectation, commonExpectation);
        Optional<RequestSet> set = document.need("mix", this::set);
        document.end();
        return set.orElseThrow(value::said);
    }

    private static Map<String, List<String>> lists(YamlValue value) {
        YamlMapping mapping = value.mapping();
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (String name : mapping.keys()) {
            // One with mistakes is known all the same: a hole that names it is right.
            List<String> items = mapping.get(name, list -> list.some(RequestFile::item), List.of());
            lists.put(name, items.isEmpty() ? List.of(name) : items);
        }
        return lists;
    }

    private static String item(YamlValue value) {
        String text = value.text();
        if (text.chars().anyMatch(c -> c < ' ' || c == 127)) {
            throw value.wrong("a text without control characters");
        }
        return text;
    }

    private RequestSet.Entry entry(YamlValue value) {
        YamlMapping entry = value.mapping();
        int weight = entry.get("weight", number -> (int) number.whole(1, 1_000_000), 1);
        if (entry.keys().contains("session")) {
            Optional<String> name = entry.need("session", YamlValue::text);
            int users = entry.get("users", number -> (int) number.whole(1, 1_000_000), 10);
            boolean isSticky = entry.get("sticky", YamlValue::flag, false);
            boolean keepsCookies = entry.get("cookies", YamlValue::flag, true);
            Think think = entry.get("think", text -> text.parsed(Think::parse), Think.NONE);
            List<RequestSpec> steps = entry.need("steps", list -> list.some(step -> request(step, step.mapping())))
                    .orElse(List.of());
            entry.end();
            if (name.isEmpty() || steps.isEmpty()) {
                throw value.said();
            }
            return new RequestSet.Session(name.get(), steps, users, isSticky, keepsCookies, think, weight);
        }
        return new RequestSet.Single(request(value, entry), weight);
    }

    private RequestSpec request(YamlValue value, YamlMapping mapping) {
        String method = mapping.get("method", text -> text.parsed(RequestSpec::checkedMethod), "GET");
        Optional<Template> path =
                mapping.need("path", text -> text.parsed(it -> RequestSpec.checkedPath(template(it))));
        Optional<String> name = mapping.get("name", YamlValue::text);
        List<Header> headers = new ArrayList<>(commonHeaders);
        for (Header header : mapping.get("headers", this::headers, List.<Header>of())) {
            headers.removeIf(common -> common.name().equalsIgnoreCase(header.name()));
            headers.add(header);
        }
        Body body = body(value, mapping);
        Expectation expect = mapping.get("expect", this::expectation, commonExpectation);
        mapping.end();
        return path.map(target ->
                        new RequestSpec(name.orElse(method + " " + target), method, target, headers, body, expect))
                .orElseThrow(value::said);
    }

    private Template template(String text) {
        return Template.parse(text, lists);
    }

    private List<Header> headers(YamlValue value) {
        YamlMapping mapping = value.mapping();
        List<Header> headers = new ArrayList<>();
        for (String name : mapping.keys()) {
            mapping.get(name, text -> text.made(() -> new Header(name, headerValue(text.text()))))
                    .ifPresent(headers::add);
        }
        return headers;
    }

    private Template headerValue(String text) {
        if (text.chars().anyMatch(c -> c < ' ' || c == 127)) {
            throw new IllegalArgumentException(text + " (expected: a text without control characters)");
        }
        return template(text);
    }

    private Body body(YamlValue value, YamlMapping mapping) {
        List<String> ways = new ArrayList<>(List.of("body", "body-size", "body-file"));
        ways.retainAll(mapping.keys());
        if (ways.size() > 1) {
            value.complain("one of " + String.join(", ", ways));
        }
        Optional<Body> text = mapping.get("body", body -> {
            Template template = body.parsed(this::template);
            return template.isConstant() ? Body.Bytes.of(body.text()) : new Body.Text(template);
        });
        Optional<Body> sized = mapping.get("body-size", body -> Body.Bytes.ofSize((int) body.whole(0, BODY_BYTES_MAX)));
        Optional<Body> filed = mapping.get("body-file", body -> body.parsed(this::file));
        return text.or(() -> sized).or(() -> filed).orElseGet(Body.None::new);
    }

    private Body file(String name) {
        Path file = directory.resolve(name);
        try {
            if (Files.size(file) > BODY_BYTES_MAX) {
                throw new IllegalArgumentException(name + " (expected: at most " + BODY_BYTES_MAX + " bytes)");
            }
            return new Body.Bytes(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(name + " (expected: a file that can be read, beside this one)", e);
        }
    }

    private Expectation expectation(YamlValue value) {
        YamlMapping mapping = value.mapping();
        Expectation common = commonExpectation;
        Expectation read = new Expectation(
                mapping.get("status", status -> status.parsed(Statuses::parse), common.statuses()),
                mapping.get("upstream", RequestFile::texts, common.upstreams()),
                mapping.get("route", RequestFile::texts, common.routes()),
                mapping.get("version", RequestFile::texts, common.versions()),
                mapping.get("length", length -> OptionalLong.of(length.whole(0, Long.MAX_VALUE)), common.bodyLength()),
                mapping.get("sha256", hash -> hash.parsed(Expectation::checkedHash))
                        .or(common::bodySha256));
        mapping.end();
        return read;
    }

    private static Set<String> texts(YamlValue value) {
        return Set.copyOf(value.list(YamlValue::text));
    }
}
