package io.convergate.routing.read;

/**
 * How much is read, and what is filled in.
 *
 * @param documentBytesMax the largest document, in bytes
 * @param changeBytesMax the largest input, in bytes
 * @param depthMax the deepest nesting of mappings and lists
 * @param documentsMax the most documents in one input, items of lists included
 * @param defaultNamespace the namespace of resources that name none
 */
public record ReadSettings(
        int documentBytesMax, long changeBytesMax, int depthMax, int documentsMax, String defaultNamespace) {
    /** 1 MiB a document, 64 MiB a change, 64 levels, 100,000 documents, namespace {@code default}. */
    public static final ReadSettings DEFAULTS = new ReadSettings(1 << 20, 64L << 20, 64, 100_000, "default");

    public ReadSettings {
        if (documentBytesMax < 1 || changeBytesMax < 1 || depthMax < 1 || documentsMax < 1) {
            throw new IllegalArgumentException("limits (expected: at least 1)");
        }
        if (defaultNamespace.isEmpty()) {
            throw new IllegalArgumentException("default namespace (expected: not empty)");
        }
    }

    /** These settings with another default namespace. */
    public ReadSettings withDefaultNamespace(String namespace) {
        return new ReadSettings(documentBytesMax, changeBytesMax, depthMax, documentsMax, namespace);
    }
}
