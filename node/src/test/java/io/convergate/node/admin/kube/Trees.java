package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.AdminJson;
import java.io.IOException;
import org.yaml.snakeyaml.Yaml;

/** Trees written shortly, as YAML; null stays null. */
final class Trees {
    private Trees() {}

    static JsonNode of(String yaml) {
        try {
            return AdminJson.readTree(AdminJson.compact(new Yaml().load(yaml)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static ObjectNode object(String yaml) {
        return (ObjectNode) of(yaml);
    }
}
