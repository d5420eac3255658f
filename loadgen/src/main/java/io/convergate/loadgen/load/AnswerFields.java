package io.convergate.loadgen.load;

/**
 * The header fields by which an answer says where it comes from. Names are in lower case.
 *
 * @param upstream names who answered
 * @param sequence a number that grows with every request that this upstream answers
 * @param version names the version that answered
 * @param route names the route it came by
 */
public record AnswerFields(String upstream, String sequence, String version, String route) {
    /** What {@code loadgen origin} answers with. */
    public static final AnswerFields DEFAULT =
            new AnswerFields("x-origin", "x-origin-seq", "x-origin-version", "x-route");

    public AnswerFields {
        for (String name : new String[] {upstream, sequence, version, route}) {
            if (!name.matches("[!#$%&'*+.^_`|~0-9a-z-]+")) {
                throw new IllegalArgumentException(name + " (expected: a header name in lower case)");
            }
        }
    }
}
