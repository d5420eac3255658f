package io.convergate.node.main.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.ResourceResult;
import io.convergate.node.admin.api.StatusReport;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import io.convergate.node.main.client.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Three nodes, the shop behind them, and what a person would do with them. Confined to one thread, but for what a signal
 * tells it. Closing it leaves no process and no file behind.
 */
final class Demo implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration APPLY_TIMEOUT = Duration.ofSeconds(30);
    private static final long POLL_MS = 200;

    private final PrintWriter out;
    private final CountDownLatch told;
    private final List<Site> sites;
    private final Path directory;
    private final Shop shop;
    private final Traffic traffic;
    private final Safeguards safeguards;
    private final Map<Site, AdminClient> clients;
    private final List<NodeProcess> nodes = new ArrayList<>();

    /**
     * @param out where it tells what it does
     * @param told counted down when somebody wants it to end
     */
    Demo(PrintWriter out, List<Site> sites, CountDownLatch told) throws IOException {
        this.out = out;
        this.told = told;
        this.sites = sites;
        this.directory = Files.createTempDirectory("convergate-demo-");
        this.shop = Shop.open();
        this.traffic = new Traffic(sites);
        this.safeguards = Safeguards.make(directory, sites);
        this.clients = sites.stream()
                .collect(Collectors.toMap(
                        site -> site, site -> new AdminClient(URI.create(site.adminUrl()), safeguards.credentials())));
    }

    /** Starts the nodes and waits until all of them are ready; false if it was told to end first. */
    boolean start() throws IOException, InterruptedException {
        say("starting three nodes: " + sites.stream().map(Site::url).collect(Collectors.joining(", ")));
        for (Site site : sites) {
            nodes.add(NodeProcess.start(site, sites, directory, safeguards.options(site)));
        }
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        for (NodeProcess node : nodes) {
            while (!isUp(node)) {
                if (!node.isAlive() || System.nanoTime() > deadline) {
                    throw new CommandFailed(
                            ExitCode.FAILED,
                            node.site().name() + (node.isAlive() ? " is not ready in time" : " did not start")
                                    + "; its log ends:\n" + node.lastWords());
                }
                if (told.await(POLL_MS, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        }
        say("all three are up and know each other, by certificates of an authority made for this run");
        return true;
    }

    /** Applies the example to the first node and waits until all nodes serve it. */
    void apply() {
        AdminClient.Reply reply = clients.get(sites.get(0))
                .post(
                        "/apply?wait=all&timeout=" + APPLY_TIMEOUT.toSeconds() + "s&author=demo&message=bookshop",
                        shop.configuration(),
                        APPLY_TIMEOUT);
        if (!reply.isSuccess()) {
            throw new CommandFailed(ExitCode.FAILED, "the example was refused: " + reply.problem());
        }
        ApplyReport report = reply.as(ApplyReport.class);
        say("applied docs/examples/bookshop to " + sites.get(0).name() + ":");
        for (ResourceResult resource : report.resources()) {
            out.printf("    %-50s %s%n", name(resource), resource.outcome().word());
        }
        if (!report.converged()) {
            throw new CommandFailed(ExitCode.NOT_CONVERGED, "not served everywhere in time: " + report.nodes());
        }
        say("every node serves it: "
                + report.nodes().stream().map(NodeProgress::node).collect(Collectors.joining(", ")));
    }

    /** Asks every node for every route, and says what came back; fails if something else came than was applied. */
    void verify(int requests) throws IOException, InterruptedException {
        for (Site site : sites) {
            Map<String, Integer> versions = new TreeMap<>();
            for (int i = 0; i < requests; i++) {
                Traffic.Answer answer = traffic.get(site, "/reviews/" + i);
                versions.merge(answer.status() == 200 ? service(answer) : "status " + answer.status(), 1, Integer::sum);
            }
            require(versions.keySet().equals(Set.of("reviews v1", "reviews v2")), site, versions);
            require(
                    service(traffic.get(site, "/reviews/1", "x-tester", "true")).equals("reviews v3"),
                    site,
                    "x-tester");
            require(traffic.get(site, "/productpage").status() == 200, site, "/productpage");
            require(traffic.get(site, "/").status() == 302, site, "/");
            require(traffic.get(site, "/nowhere").status() == 404, site, "/nowhere");
            say(site.name() + " routed " + requests + " requests: " + versions + "; testers get v3");
        }
    }

    /** The lines that a person needs to go on. */
    void explain() {
        String any = sites.get(sites.size() - 1).url();
        String server = sites.get(1).adminUrl();
        out.println();
        out.println("  gateways   " + sites.stream().map(Site::url).collect(Collectors.joining("   ")));
        out.println("  admin      " + sites.stream().map(Site::adminUrl).collect(Collectors.joining("   ")));
        out.println();
        out.println("Try, in another terminal:");
        out.println("  curl " + any + "/reviews/1                          # v1 four times out of five, else v2");
        out.println("  curl -H 'x-tester: true' " + any + "/reviews/1      # always v3");
        out.println("The admin API speaks HTTPS and wants a token; both were made for this run:");
        out.println("  export CONVERGATE_SERVER=" + server + " CONVERGATE_CACERT=" + safeguards.authority());
        out.println("  export CONVERGATE_TOKEN_FILE=" + safeguards.token());
        out.println("  ./convergate status                                   # what any node knows of all");
        out.println("Or change the weights in docs/examples/bookshop/bookshop.yaml and");
        out.println("  ./convergate apply -f docs/examples/bookshop --wait all");
        out.println();
        out.println("A client sends ten requests a second to the three nodes in turn. Ctrl-C ends everything.");
        out.flush();
    }

    /** Sends requests and shows what becomes of them, until somebody wants it to end. */
    void watch(boolean terminal) throws InterruptedException {
        traffic.flow();
        while (!told.await(1, TimeUnit.SECONDS)) {
            out.print((terminal ? "\r\033[K" : "") + statusLine() + (terminal ? "" : "\n"));
            out.flush();
        }
        out.println();
    }

    private String statusLine() {
        String services = shop.answered().entrySet().stream()
                .map(entry -> entry.getKey().replace("reviews ", "") + " " + entry.getValue())
                .collect(Collectors.joining("  "));
        String states = nodes.stream().map(this::state).collect(Collectors.joining("  "));
        return "sent " + traffic.sent() + "  failed " + traffic.failed() + " | " + services + " | " + states;
    }

    private String state(NodeProcess node) {
        if (!node.isAlive()) {
            return node.site().name() + " stopped";
        }
        try {
            StatusReport status =
                    clients.get(node.site()).get("/status", "application/json").as(StatusReport.class);
            String revision = status.revision();
            String tail = revision.substring(Math.max(0, revision.length() - 6));
            return node.site().name() + (status.ready() ? " ready " : " not ready ") + "@" + tail;
        } catch (CommandFailed unreachable) {
            return node.site().name() + " silent";
        }
    }

    private boolean isUp(NodeProcess node) {
        try {
            AdminClient.Reply reply = clients.get(node.site()).get("/status", "application/json");
            if (!reply.isSuccess()) {
                return false;
            }
            StatusReport status = reply.as(StatusReport.class);
            return status.ready() && status.nodes().size() == sites.size();
        } catch (CommandFailed unreachable) {
            return false;
        }
    }

    private static String service(Traffic.Answer answer) {
        try {
            JsonNode body = AdminJson.readTree(answer.body().getBytes(StandardCharsets.UTF_8));
            return body.path("service").asText("nobody");
        } catch (IOException e) {
            return "nobody";
        }
    }

    private static void require(boolean met, Site site, Object found) {
        if (!met) {
            throw new CommandFailed(ExitCode.FAILED, site.name() + " routed wrongly: " + found);
        }
    }

    private static String name(ResourceResult resource) {
        return resource.shortName();
    }

    private void say(String line) {
        out.println("* " + line);
        out.flush();
    }

    @Override
    public void close() {
        traffic.close();
        nodes.forEach(NodeProcess::tell);
        nodes.forEach(NodeProcess::close);
        shop.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            out.println("could not delete " + directory + ": " + e.getMessage());
        }
        say("three nodes stopped, nothing left behind");
    }
}
