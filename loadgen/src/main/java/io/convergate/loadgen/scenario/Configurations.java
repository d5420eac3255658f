package io.convergate.loadgen.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The configuration that scenarios apply: files beside them in the library, with places for addresses that are known late. */
final class Configurations {
    /** What all of the library's configurations serve. */
    static final String AUTHORITY = "shop.test";

    private Configurations() {}

    /** The documents of a scenario: {@code @here@} is the address of the upstreams, {@code @LABEL@} the port of one. */
    static List<String> of(Scenario scenario, String here, Map<String, Integer> ports) {
        return scenario.apply().stream()
                .map(Configurations::text)
                .map(text -> filled(text, here, ports))
                .toList();
    }

    private static String filled(String text, String here, Map<String, Integer> ports) {
        String filled = text.replace("@here@", here);
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
            filled = filled.replace("@" + port.getKey() + "@", port.getValue().toString());
        }
        return filled;
    }

    /** A file of the library. */
    static String text(String name) {
        try (InputStream in = Configurations.class.getResourceAsStream("library/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException(name + " (expected: a file of the library of scenarios)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
