package io.convergate.system.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Configuration from the resources of the tests, with words such as {@code @reviews-v1@} to fill in. */
public final class Template {
    private Template() {}

    /** The file of that name, filled in. */
    public static String of(String file, Map<String, ?> words) {
        try (InputStream in = Template.class.getResourceAsStream("/bookinfo/" + file)) {
            if (in == null) {
                throw new IllegalArgumentException(file + " is not among the resources");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, ?> word : words.entrySet()) {
                text = text.replace("@" + word.getKey() + "@", word.getValue().toString());
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
