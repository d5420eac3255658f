package io.convergate.node.main;

/** A {@code CONVERGATE_} variable that is no option of {@code node}. */
enum OutsideSetting {
    CONFIG("`node`", "none", "The file of settings, as `--config`."),
    JAVA_HOME("the launcher", "the newest that is found", "The JDK to use, 17 or newer; 25 is faster."),
    JAVA_OPTS(
            "the launcher",
            "none",
            "More flags for the JVM, such as `-Xmx2g`. Without `-Xmx` a node's heap takes half of the machine's or the"
                    + " container's memory; where that is less than 768 MiB, six tenths of what is over 150 MiB, and"
                    + " buffers outside the heap two tenths. `-XX:MaxNewSize=32m` is set, for short pauses. Less where others live there too, or where the kernel needs"
                    + " memory for many connections."),
    LOG_LEVEL(
            "`node`",
            "`INFO`",
            "`DEBUG`, `INFO`, `WARN` or `ERROR` for the node's own log on standard error. `DEBUG` for minutes only."),
    SERVER("other commands", "`http://127.0.0.1:8001`", "The admin address they talk to, as `--server`."),
    CACERT("other commands", "what Java trusts", "Whose word on a node's certificate counts, PEM, as `--cacert`."),
    TOKEN("other commands", "none", "A bearer token. On the command line others would see it."),
    TOKEN_FILE("other commands", "none", "A file with the token in it, as `--token-file`."),
    CLIENT_CERT("other commands", "none", "A client certificate, PEM, as `--client-cert`."),
    CLIENT_KEY("other commands", "none", "Its key, PEM, as `--client-key`.");

    private final String reader;
    private final String unset;
    private final String about;

    OutsideSetting(String reader, String unset, String about) {
        this.reader = reader;
        this.unset = unset;
        this.about = about;
    }

    /** The name of the variable. */
    String variable() {
        return EnvironmentDefaults.PREFIX + name();
    }

    /** Who reads it. */
    String reader() {
        return reader;
    }

    /** What holds without it. */
    String unset() {
        return unset;
    }

    /** What it is for. */
    String about() {
        return about;
    }
}
