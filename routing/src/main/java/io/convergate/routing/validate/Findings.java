package io.convergate.routing.validate;

import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The problems found in one resource, and the checks that many of its fields share. */
final class Findings {
    private static final long MILLI = 1_000_000;

    private final List<Problem> problems = new ArrayList<>();

    List<Problem> problems() {
        return problems;
    }

    /** A value outside its field's rule. */
    void invalid(String path, Object value, String rule) {
        problems.add(Problem.error(path, ProblemCode.INVALID_VALUE, Problem.expected(value, rule)));
    }

    /** Reports a value outside its field's rule if it is. */
    void require(boolean holds, String path, Object value, String rule) {
        if (!holds) {
            invalid(path, value, rule);
        }
    }

    /** Fields that exclude each other. */
    void conflict(boolean conflicts, String path, String fields, String rule) {
        if (conflicts) {
            problems.add(Problem.error(path, ProblemCode.CONFLICTING_FIELDS, Problem.expected(fields, rule)));
        }
    }

    /** Something that must be there. */
    void missing(String path, String rule) {
        problems.add(Problem.error(path, ProblemCode.MISSING_FIELD, Problem.expected("nothing", rule)));
    }

    /** A value that cannot be used, which the message names itself. */
    void unusable(String path, String message) {
        problems.add(Problem.error(path, ProblemCode.INVALID_VALUE, message));
    }

    void warn(String path, String code, Object value, String rule) {
        problems.add(Problem.warning(path, code, Problem.expected(value, rule)));
    }

    /** A field that is read and kept but does not act yet. */
    void unserved(boolean used, String path, String effect) {
        if (used) {
            String field = field(path);
            problems.add(Problem.warning(path, ProblemCode.NOT_SERVED_YET, field + " does not act yet: " + effect));
        }
    }

    /** The last field of a path; of {@code headers[x-a.b]} the key, and of {@code hosts[0]} all of it. */
    private static String field(String path) {
        int key = path.endsWith("]") ? path.lastIndexOf('[') : -1;
        boolean isKey = key >= 0 && !path.substring(key + 1, path.length() - 1).matches("[0-9]+");
        return isKey ? path.substring(key + 1, path.length() - 1) : path.substring(path.lastIndexOf('.') + 1);
    }

    /** Labels, in Kubernetes' form. */
    void labels(String path, Map<String, String> labels) {
        labels.forEach((name, value) -> require(
                Names.isLabel(name, value),
                path + "[" + name + "]",
                name + "=" + value,
                "a label: at most 63 letters, digits, -, _ and ., a name maybe behind a domain and a slash"));
    }

    void port(String path, long port) {
        require(port >= 1 && port <= 65535, path, port, "1 to 65535");
    }

    /** A duration of at least a millisecond and no finer. */
    void duration(String path, Optional<Duration> duration) {
        duration.ifPresent(time -> require(
                time.compareTo(Duration.ofMillis(1)) >= 0 && time.toNanos() % MILLI == 0,
                path,
                time,
                "at least 1ms, in whole milliseconds"));
    }

    /**
     * A list of namespaces that may see the resource.
     *
     * @param orNobody whether it may say {@code ~}, nobody; Istio has that for services alone
     */
    void exportTo(List<String> exportTo, boolean orNobody) {
        for (int i = 0; i < exportTo.size(); i++) {
            String namespace = exportTo.get(i);
            String path = "spec.exportTo[" + i + "]";
            boolean known = List.of("*", ".").contains(namespace)
                    || orNobody && namespace.equals("~")
                    || Names.isLabel(namespace);
            require(known, path, namespace, orNobody ? "a namespace, ., * or ~" : "a namespace, . or *");
            require(exportTo.indexOf(namespace) == i, path, namespace + " again", "each once");
        }
        conflict(exportTo.contains("*") && exportTo.size() > 1, "spec.exportTo", "* with others", "* alone");
        conflict(
                orNobody && exportTo.contains("~") && exportTo.size() > 1,
                "spec.exportTo",
                "~ with others",
                "~ alone: it stands for nobody");
    }
}
