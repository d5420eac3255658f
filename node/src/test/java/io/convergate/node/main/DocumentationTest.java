package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the pages lead where they say, and their commands are commands. */
class DocumentationTest {
    private static final Path TREE = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?)\\s*$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern COMMAND =
            Pattern.compile("^(?:\\$ )?(?:.*\\s)?(?:(?:\\./)?convergate|run --rm(?: -T)? operator) ([a-z].*)$");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|([^\\s']+)");

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(TREE.resolve("README.md"), TREE.resolve("docker/README.md")));
        try (Stream<Path> docs = Files.walk(TREE.resolve("docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages.stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAPageAndAHeading(Path page) throws IOException {
        for (MatchResult link :
                matches(LINK, BLOCK.matcher(Files.readString(page)).replaceAll(""))) {
            URI target = page.toUri().resolve(link.group(1));
            if ("file".equals(target.getScheme())) {
                Path file = Path.of(target.getPath());
                assertThat(file).as(link.group(1)).exists();
                if (target.getFragment() != null && file.toString().endsWith(".md")) {
                    assertThat(anchors(file)).as(link.group(1)).contains(target.getFragment());
                }
            }
        }
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        for (MatchResult heading :
                matches(HEADING, BLOCK.matcher(Files.readString(page)).replaceAll(""))) {
            String anchor = heading.group(1)
                    .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                    .replace(' ', '-');
            for (int i = 1; !anchors.add(i == 1 ? anchor : anchor + '-' + (i - 1)); i++) {
                assertThat(i).isLessThan(100);
            }
        }
        return anchors;
    }

    @Test
    void everyCommandOfTheNodesCanBeGiven() throws IOException {
        Set<String> names = CommandLines.of(Map.of()).getSubcommands().keySet();
        int found = 0;
        for (Path page : pages().toList()) {
            for (String line : commands(Files.readString(page))) {
                String[] words = matches(WORD, line).stream()
                        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                        .toArray(String[]::new);
                if (names.contains(words[0]) && !line.contains("...")) {
                    found++;
                    assertThatCode(() -> CommandLines.of(Map.of()).parseArgs(words))
                            .as("%s: %s", page, line)
                            .doesNotThrowAnyException();
                }
            }
        }
        assertThat(found).as("commands").isGreaterThan(30);
    }

    /** What stands behind the program's name, up to a comment, a redirection or another command. Where there are prompts, the rest is output. */
    private static List<String> commands(String page) {
        List<String> commands = new ArrayList<>();
        for (MatchResult block : matches(BLOCK, page)) {
            List<String> lines =
                    block.group().replaceAll("\\\\\\n\\s*", "").lines().toList();
            boolean prompts = lines.stream().anyMatch(line -> line.startsWith("$ "));
            lines.stream()
                    .filter(line -> !prompts || line.startsWith("$ "))
                    .flatMap(line -> matches(COMMAND, line.split("\\s#|[|;>]|&&|\\s<")[0].strip()).stream())
                    .forEach(match -> commands.add(match.group(1)));
        }
        return commands;
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }
}
