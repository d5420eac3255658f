package io.convergate.node.main.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
    @TempDir
    private Path directory;

    @Test
    void aPositionInTheStreamIsGivenInTheFileItCameFrom() throws IOException {
        Path first = Files.writeString(directory.resolve("a.yaml"), "a: 1\nb: 2\n");
        Path second = Files.writeString(directory.resolve("b.yaml"), "c: 3\nd: 4");

        Documents documents = Documents.read(List.of(first.toString(), second.toString()), input(""));

        String[] lines = new String(documents.text(), StandardCharsets.UTF_8).split("\n", -1);
        for (int line = 1; line <= lines.length; line++) {
            switch (lines[line - 1]) {
                case "a: 1" -> assertThat(documents.locate(line, 1)).isEqualTo(first + ":1:1");
                case "b: 2" -> assertThat(documents.locate(line, 4)).isEqualTo(first + ":2:4");
                case "c: 3" -> assertThat(documents.locate(line, 1)).isEqualTo(second + ":1:1");
                case "d: 4" -> assertThat(documents.locate(line, 0)).isEqualTo(second + ":2");
                default -> assertThat(lines[line - 1]).isIn("", "---");
            }
        }
    }

    @Test
    void aDirectoryStandsForItsYamlAndJsonFilesInOrder() throws IOException {
        Files.writeString(directory.resolve("2.yml"), "two");
        Files.writeString(directory.resolve("1.json"), "one");
        Files.writeString(directory.resolve("notes.txt"), "no");

        Documents documents = Documents.read(List.of(directory.toString()), input(""));

        assertThat(new String(documents.text(), StandardCharsets.UTF_8)).isEqualTo("one\n---\ntwo");
        assertThat(documents.sources()).extracting(Documents.Source::firstLine).containsExactly(1, 3);
    }

    @Test
    void aDashIsStandardInput() {
        Documents documents = Documents.read(List.of("-"), input("a: 1"));

        assertThat(documents.text()).asString().isEqualTo("a: 1");
        assertThat(documents.locate(1, 2)).isEqualTo("stdin:1:2");
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
