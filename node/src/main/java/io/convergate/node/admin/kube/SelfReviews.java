package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.access.AccessRules;
import io.convergate.node.admin.access.Principal;
import io.convergate.node.admin.access.Role;
import io.convergate.node.admin.api.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Tells a caller who he is and what he may do: {@code SelfSubjectReview}, {@code SelfSubjectAccessReview} and {@code
 * SelfSubjectRulesReview}, which {@code kubectl auth} asks for. Decided by the rules that decide of every call ({@link
 * AccessRules}); what this API does not have is not allowed. Has no state.
 */
final class SelfReviews {
    static final String AUTHENTICATION = "authentication.k8s.io";
    static final String AUTHORIZATION = "authorization.k8s.io";

    private static final String ANY = "*";
    private static final List<String> READING = List.of("get", "list", "watch");

    /** What is beside the resources, by the method that asks for it. */
    private static final List<String> PATHS =
            List.of("/explain", "/impact", "/analyze", "/apply", "/delete", "/rollback", "/restore", "/reseal");

    private SelfReviews() {}

    /** Whether a path, split at its slashes, is that of a review. */
    static boolean serves(List<String> path) {
        return path.size() == 4
                && path.get(2).equals("v1")
                && (path.get(1).equals(AUTHENTICATION) && path.get(3).equals("selfsubjectreviews")
                        || path.get(1).equals(AUTHORIZATION)
                                && List.of("selfsubjectaccessreviews", "selfsubjectrulesreviews")
                                        .contains(path.get(3)));
    }

    /** Answers one. */
    static HttpResponse answer(KubeRequest request, String plural, byte[] body) {
        ObjectNode asked = body.length == 0
                ? JsonNodeFactory.instance.objectNode()
                : Bodies.resource(request, body, new ArrayList<>());
        Principal who = Principal.of(request.http());
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        switch (plural) {
            case "selfsubjectreviews" -> {
                answer.put("kind", "SelfSubjectReview").put("apiVersion", AUTHENTICATION + "/v1");
                answer.putObject("metadata");
                user(answer.putObject("status").putObject("userInfo"), who);
            }
            case "selfsubjectaccessreviews" -> {
                answer.put("kind", "SelfSubjectAccessReview").put("apiVersion", AUTHORIZATION + "/v1");
                answer.putObject("metadata");
                answer.set("spec", asked.path("spec").isObject() ? asked.get("spec") : answer.objectNode());
                access(answer.putObject("status"), asked.path("spec"), who.role());
            }
            default -> {
                answer.put("kind", "SelfSubjectRulesReview").put("apiVersion", AUTHORIZATION + "/v1");
                answer.putObject("metadata");
                answer.putObject("spec");
                rules(answer.putObject("status"), who.role());
            }
        }
        return KubeReplies.form(request.http()) == KubeReplies.Form.YAML
                ? KubeReplies.yaml(201, answer)
                : KubeReplies.json(request.http(), 201, answer);
    }

    private static void user(ObjectNode user, Principal who) {
        user.put("username", who.isProven() ? who.name() : "system:anonymous");
        strings(
                user,
                "groups",
                List.of(
                        "convergate:" + who.role().word(),
                        who.isProven() ? "system:authenticated" : "system:unauthenticated"));
        user.putObject("extra")
                .putArray("convergate.io/proof")
                .add(who.proof().name().toLowerCase(Locale.ROOT));
    }

    private static void access(ObjectNode status, JsonNode spec, Role role) {
        JsonNode resource = spec.path("resourceAttributes");
        JsonNode path = spec.path("nonResourceAttributes");
        if (resource.isObject() == path.isObject()) {
            throw KubeError.badRequest("spec (expected: either resourceAttributes or nonResourceAttributes)");
        }
        Verdict verdict = resource.isObject() ? ofResource(resource, role) : ofPath(path, role);
        status.put("allowed", verdict.allowed()).put("reason", verdict.reason());
    }

    private record Verdict(boolean allowed, String reason) {
        static Verdict of(Role role, Optional<Role> needed) {
            return new Verdict(
                    needed.isEmpty() || role.covers(needed.get()),
                    "role " + role.word()
                            + needed.map(one -> " (expected: " + one.word() + ")")
                                    .orElse(""));
        }
    }

    private static Verdict ofPath(JsonNode asked, Role role) {
        String verb = asked.path("verb").asText();
        return Verdict.of(
                role,
                AccessRules.needed(
                        verb.toUpperCase(Locale.ROOT), asked.path("path").asText()));
    }

    private static Verdict ofResource(JsonNode asked, Role role) {
        String group = asked.path("group").asText();
        String plural = asked.path("resource").asText();
        String verb = asked.path("verb").asText();
        String subresource = asked.path("subresource").asText();
        boolean anything = plural.equals(ANY);
        boolean events = plural.equals(Events.PLURAL) && (group.isEmpty() || group.equals(ANY));
        List<Kind> kinds = Stream.of(Kind.values())
                .filter(kind -> group.equals(ANY) || kind.group().equals(group))
                .filter(kind -> anything || kind.plural().equals(plural))
                .toList();
        if (kinds.isEmpty() && !events) {
            return new Verdict(false, "there is no " + plural + (group.isEmpty() ? "" : "." + group) + " here");
        }
        List<String> verbs = verb.equals(ANY) ? ApiResources.VERBS : List.of(verb);
        boolean readOnly = events && !anything || !subresource.isEmpty();
        if (!(readOnly ? READING : ApiResources.VERBS).containsAll(verbs)) {
            return new Verdict(
                    false, verb + " is not done with " + plural + (subresource.isEmpty() ? "" : "/" + subresource));
        }
        if (!subresource.isEmpty() && !subresource.equals("status")) {
            return new Verdict(false, "there is no " + plural + "/" + subresource + " here");
        }
        Optional<Role> needed = Stream.concat(
                        kinds.stream().flatMap(kind -> verbs.stream().map(one -> needed(one, kind))),
                        events ? Stream.of(Role.VIEW) : Stream.empty())
                .max(Role::compareTo);
        Verdict verdict = Verdict.of(role, needed);
        boolean hidden = kinds.contains(Kind.SECRET) && !role.covers(Role.ADMIN) && verdict.allowed();
        return hidden ? new Verdict(true, verdict.reason() + "; values of Secrets are hidden") : verdict;
    }

    /** What it takes to do something with a kind. */
    private static Role needed(String verb, Kind kind) {
        String method =
                switch (verb) {
                    case "create" -> "POST";
                    case "update" -> "PUT";
                    case "patch" -> "PATCH";
                    case "delete", "deletecollection" -> "DELETE";
                    default -> "GET";
                };
        return AccessRules.needed(method, kind.path(kind.versions().get(0)) + "/" + kind.plural())
                .orElse(Role.VIEW);
    }

    private static void rules(ObjectNode status, Role role) {
        ArrayNode resources = status.putArray("resourceRules");
        for (Kind kind : Kind.values()) {
            List<String> verbs = ApiResources.VERBS.stream()
                    .filter(verb -> role.covers(needed(verb, kind)))
                    .toList();
            rule(resources.addObject(), verbs, kind.group(), kind.plural());
            rule(resources.addObject(), List.of("get"), kind.group(), kind.plural() + "/status");
        }
        rule(resources.addObject(), ApiResources.READ_VERBS, "", Events.PLURAL);
        ArrayNode others = status.putArray("nonResourceRules");
        ObjectNode reading = others.addObject();
        strings(reading, "verbs", List.of("get", "head"));
        strings(reading, "nonResourceURLs", List.of(ANY));
        List<String> posts = PATHS.stream()
                .filter(path ->
                        AccessRules.needed("POST", path).map(role::covers).orElse(true))
                .toList();
        ObjectNode posting = others.addObject();
        strings(posting, "verbs", List.of("post"));
        strings(posting, "nonResourceURLs", posts);
        status.put("incomplete", false);
    }

    private static void rule(ObjectNode rule, List<String> verbs, String group, String resource) {
        strings(rule, "verbs", verbs);
        strings(rule, "apiGroups", List.of(group));
        strings(rule, "resources", List.of(resource));
    }

    private static void strings(ObjectNode into, String name, List<String> values) {
        ArrayNode array = into.putArray(name);
        values.forEach(array::add);
    }
}
