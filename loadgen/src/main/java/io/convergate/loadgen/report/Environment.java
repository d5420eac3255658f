package io.convergate.loadgen.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** Where a run took place: what a reader must know before comparing its figures with others. */
public final class Environment {
    private Environment() {}

    /** This machine and JVM. Says nothing that identifies the machine: no name, no address, no user, no path. */
    public static Map<String, String> here() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        facts.put("jdk of loadgen", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        return facts;
    }
}
