package io.convergate.node.admin.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes JSON as YAML that people like to read. */
public final class AdminYaml {
    private AdminYaml() {}

    /** An object as YAML, in UTF-8. */
    public static byte[] write(JsonNode object) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        options.setSplitLines(false);
        return new Yaml(options).dump(AdminJson.plain(object)).getBytes(StandardCharsets.UTF_8);
    }
}
