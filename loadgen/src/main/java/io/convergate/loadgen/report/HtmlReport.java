package io.convergate.loadgen.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs as one HTML file that needs no network: figures, styles and the code that draws them are all in it. Below 200 KB for a
 * library of scenarios; {@link ReportData} says how.
 */
public final class HtmlReport {
    private HtmlReport() {}

    /** One run, or several after one another with an index. */
    public static void write(Path file, String title, List<RunReport> runs) throws IOException {
        Files.writeString(file, page("runs", title, runs));
    }

    /** Two runs over each other, the first being the one to compare with. */
    public static void writeComparison(Path file, RunReport before, RunReport after) throws IOException {
        String title = before.title().equals(after.title()) ? after.title() : before.title() + " / " + after.title();
        Files.writeString(file, page("comparison", title, List.of(before, after)));
    }

    static String page(String mode, String title, List<RunReport> runs) {
        ObjectNode data =
                JsonNodeFactory.instance.objectNode().put("mode", mode).put("title", title);
        ReportData form = new ReportData(
                runs.stream().mapToLong(run -> run.loads().size()).sum(), runs.size());
        ArrayNode list = data.putArray("runs");
        runs.forEach(run -> list.add(form.of(run)));
        return resource("report.html")
                .replace("{{title}}", escaped(title))
                .replace("{{style}}", resource("report.css"))
                .replace("{{script}}", resource("report.js"))
                .replace("{{data}}", inScript(ReportJson.writeCompact(data)));
    }

    /** JSON that cannot end the element it stands in, whatever is in its strings. */
    private static String inScript(String json) {
        return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
