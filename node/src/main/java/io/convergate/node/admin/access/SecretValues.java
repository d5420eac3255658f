package io.convergate.node.admin.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.k8s.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is shown in place of a Secret's values: a few digits by which a change shows. They come from a key that every process makes for
 * itself and that nobody gets, so that nobody can try out likely values; they differ from node to node, from one Secret to
 * another, and from one start to the next. What is shown is no base64, so that nobody writes it back as a value.
 */
public final class SecretValues {
    private static final List<String> FIELDS = List.of("data", "stringData");

    /** Where kubectl keeps the whole text that was applied last. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int DIGITS = 8;
    private static final SecretKeySpec KEY = new SecretKeySpec(random(), ALGORITHM);

    private SecretValues() {}

    /** Whether a resource is a Secret. */
    public static boolean isSecret(ResourceKey key) {
        return key.kind().equals(Secret.KIND) && key.group().isEmpty();
    }

    /** Whether somebody may see them. */
    public static boolean mayBeSeenBy(Principal who) {
        return who.role().covers(Role.ADMIN);
    }

    /** Hides them in a resource that is a Secret, from somebody who may not see them. */
    public static ObjectNode hideFrom(Principal who, ObjectNode resource) {
        return mayBeSeenBy(who) ? resource : hide(resource);
    }

    /** Hides them in a resource, if it is a Secret. */
    public static ObjectNode hide(ObjectNode resource) {
        if (!resource.path("kind").asText().equals(Secret.KIND)
                || !resource.path("apiVersion").asText().equals("v1")) {
            return resource;
        }
        String key = resource.at("/metadata/namespace").asText() + "/"
                + resource.at("/metadata/name").asText();
        for (String field : FIELDS) {
            if (resource.get(field) instanceof ObjectNode values) {
                for (Map.Entry<String, JsonNode> entry : values.properties()) {
                    String place = key + "/" + field + "/" + entry.getKey();
                    entry.setValue(
                            TextNode.valueOf(hidden(place, entry.getValue().asText())));
                }
            }
        }
        if (resource.at("/metadata/annotations") instanceof ObjectNode annotations && annotations.has(LAST_APPLIED)) {
            String place = key + "/" + LAST_APPLIED;
            annotations.put(
                    LAST_APPLIED, hidden(place, annotations.get(LAST_APPLIED).asText()));
        }
        return resource;
    }

    private static String hidden(String place, String value) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KEY);
            mac.update(place.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            byte[] digest = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
            return "(hidden " + HexFormat.of().formatHex(digest).substring(0, DIGITS) + ")";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
