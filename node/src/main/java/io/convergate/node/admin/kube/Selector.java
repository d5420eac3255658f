package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses resources by their labels or by a few of their fields. Kubernetes: label selectors ({@code a=b,c!=d,e in (f,g),!h})
 * and field selectors ({@code metadata.name=x}).
 */
final class Selector {
    /** Chooses everything. */
    static final Selector ALL = new Selector(List.of());

    private static final Set<String> FIELDS = Set.of("metadata.name", "metadata.namespace");
    private static final Set<String> EVENT_FIELDS = Set.of(
            "metadata.name",
            "metadata.namespace",
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type");
    private static final Pattern EQUALITY = Pattern.compile("\\s*([^\\s=!,()]+)\\s*(==|=|!=)\\s*([^\\s=!,()]*)\\s*");
    private static final Pattern MEMBERSHIP = Pattern.compile("\\s*([^\\s=!,()]+)\\s+(in|notin)\\s+\\(([^()]*)\\)\\s*");
    private static final Pattern EXISTENCE = Pattern.compile("\\s*(!?)\\s*([^\\s=!,()]+)\\s*");

    private final List<Term> terms;

    private Selector(List<Term> terms) {
        this.terms = List.copyOf(terms);
    }

    /**
     * One condition.
     *
     * @param key a label or a field
     * @param values what it may be; empty if it only has to be there
     * @param negated whether it must not be so
     */
    private record Term(String key, Set<String> values, boolean negated) {
        boolean holds(JsonNode value) {
            boolean there = !value.isMissingNode();
            return (there && (values.isEmpty() || values.contains(value.asText()))) != negated;
        }
    }

    /** Reads a label selector. */
    static Selector labels(String text) {
        List<Term> terms = new ArrayList<>();
        for (String part : parts(text)) {
            Matcher equality = EQUALITY.matcher(part);
            Matcher membership = MEMBERSHIP.matcher(part);
            Matcher existence = EXISTENCE.matcher(part);
            if (equality.matches()) {
                terms.add(new Term(
                        equality.group(1),
                        Set.of(equality.group(3)),
                        equality.group(2).equals("!=")));
            } else if (membership.matches()) {
                Set<String> values =
                        Set.copyOf(List.of(membership.group(3).strip().split("\\s*,\\s*", -1)));
                terms.add(new Term(
                        membership.group(1), values, membership.group(2).equals("notin")));
            } else if (existence.matches()) {
                terms.add(new Term(
                        existence.group(2), Set.of(), !existence.group(1).isEmpty()));
            } else {
                throw KubeError.badRequest("labelSelector '" + part
                        + "' (expected: key=value, key!=value, key in (a,b), key notin (a,b), key or !key)");
            }
        }
        return new Selector(terms);
    }

    /** Reads a field selector of a kind of resources. */
    static Selector fields(String text, boolean events) {
        List<Term> terms = new ArrayList<>();
        for (String part : parts(text)) {
            Matcher equality = EQUALITY.matcher(part);
            if (!equality.matches()) {
                throw KubeError.badRequest("fieldSelector '" + part + "' (expected: field=value or field!=value)");
            }
            if (!(events ? EVENT_FIELDS : FIELDS).contains(equality.group(1))) {
                throw KubeError.badRequest("field label not supported: " + equality.group(1));
            }
            terms.add(new Term(
                    equality.group(1),
                    Set.of(equality.group(3)),
                    equality.group(2).equals("!=")));
        }
        return new Selector(terms);
    }

    /** The parts between commas that stand in no brackets. */
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        parts.removeIf(String::isBlank);
        return parts;
    }

    /** Whether a resource has the labels. */
    boolean matchesLabels(JsonNode object) {
        JsonNode labels = object.at("/metadata/labels");
        return terms.stream().allMatch(term -> term.holds(labels.path(term.key())));
    }

    /** Whether a resource has the fields. */
    boolean matchesFields(JsonNode object) {
        return terms.stream().allMatch(term -> {
            JsonNode value = object.at("/" + term.key().replace('.', '/'));
            return term.holds(value.isMissingNode() ? TextNode.valueOf("") : value);
        });
    }

    /** The only name that can match a field selector, or empty. */
    String name() {
        return terms.stream()
                .filter(term -> term.key().equals("metadata.name") && !term.negated())
                .map(term -> term.values().iterator().next())
                .findFirst()
                .orElse("");
    }
}
