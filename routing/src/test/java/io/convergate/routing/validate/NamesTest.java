package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms of names are those that Kubernetes, Istio and RFC 9110 write down as patterns. */
class NamesTest {
    private static final int NAMES = 20_000;
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String HOST_LABEL = "[a-zA-Z0-9_]([-a-zA-Z0-9_]{0,61}[a-zA-Z0-9_])?";
    private static final String HOST = "(?=.{1,255}$)(?!(.*\\.)[0-9]+$)" + HOST_LABEL + "(\\." + HOST_LABEL + ")*";

    /** Characters that names may have, and some that they may not, the more telling ones more often. */
    private static final String ALPHABET = "aaabz09---...AZ_*~ /é";

    static Stream<Arguments> forms() {
        return Stream.of(
                form("a label", Names::isLabel, "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"),
                form("a resource's name", Names::isResourceName, "(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*"),
                form("a host", name -> !name.endsWith(".") && Names.isHost(name), HOST),
                form("a host with a trailing dot", name -> Names.isHost(name + "."), HOST),
                form("a header's name", Names::isHeader, "[-!#$%&'*+.^_`|~0-9A-Za-z]+"));
    }

    private static Arguments form(String what, Predicate<String> rule, String pattern) {
        return Arguments.of(what, rule, pattern);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void aNameHasTheFormThatThePatternSays(String what, Predicate<String> rule, String pattern) {
        Pattern expected = Pattern.compile(pattern);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < NAMES; i++) {
            String name = i % 100 == 0 ? longName(random) : name(random, random.nextInt(8));
            assertThat(rule.test(name))
                    .as("%s: '%s', seed %d", what, name, seed)
                    .isEqualTo(expected.matcher(name).matches());
        }
    }

    private static String name(Random random, int length) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < length; i++) {
            name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }

    /** Labels of some 63 characters, so that some are of one too many, and names of some 255. */
    private static String longName(Random random) {
        StringBuilder name = new StringBuilder("a".repeat(61 + random.nextInt(4)));
        int labels = random.nextInt(4);
        for (int i = 0; i < labels; i++) {
            name.append('.').append("b".repeat(62 + random.nextInt(2)));
        }
        return name.toString();
    }
}
