package io.convergate.node.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.access.SecretValues;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.AdminYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Stored resources as the YAML that somebody could have written: without what the cluster noted itself. */
final class PlainText {
    private static final List<String> NOTED =
            List.of("uid", "creationTimestamp", "generation", "resourceVersion", "managedFields");

    private PlainText() {}

    /** All of it, to write it again. */
    static String whole(StoredResource stored) {
        return new String(AdminYaml.write(tree(stored)), StandardCharsets.UTF_8);
    }

    /** To look at: without a secret's values. */
    static List<String> shown(StoredResource stored) {
        return new String(AdminYaml.write(SecretValues.hide(tree(stored))), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    /** The API version that a resource was written in. */
    static String apiVersion(StoredResource stored) {
        return tree(stored).path("apiVersion").asText();
    }

    /** Whether two versions differ in what somebody wrote, and not only in what the cluster noted. */
    static boolean same(StoredResource one, StoredResource other) {
        return one.hash().equals(other.hash()) || tree(one).equals(tree(other));
    }

    private static ObjectNode tree(StoredResource stored) {
        try {
            ObjectNode tree = (ObjectNode) AdminJson.readTree(stored.content().toByteArray());
            if (tree.get("metadata") instanceof ObjectNode metadata) {
                metadata.remove(NOTED);
            }
            return tree;
        } catch (IOException e) {
            throw new UncheckedIOException("a stored resource that is no JSON: " + stored.key(), e);
        }
    }
}
