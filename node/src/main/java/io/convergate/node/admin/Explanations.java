package io.convergate.node.admin;

import io.convergate.node.admin.api.AnalysisReport;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.edge.SampledTraffic;
import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.compile.Compilation;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.explain.Absentees;
import io.convergate.routing.explain.Explainer;
import io.convergate.routing.explain.Explanation;
import io.convergate.routing.explain.HiddenRoutes;
import io.convergate.routing.explain.Impact;
import io.convergate.routing.explain.ImpactAnalyzer;
import io.convergate.routing.explain.Question;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ReadResult;
import io.convergate.routing.read.ResourceReader;
import io.convergate.routing.request.CanonicalPath;
import io.convergate.routing.request.PathNormalization;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.upstream.Upstream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Explains where requests go: by the table that this node serves, or by one that is compiled for resources somebody only
 * thinks of applying. Safe for use by any thread.
 */
public final class Explanations {
    private static final int ROUTES_MAX = 1_000;

    /** With more routes, those that others hide are only told to whoever asks for an analysis. */
    private static final int ROUTES_LOOKED_AT_MAX = 20_000;

    /** A resource that is only thought of is younger than all there are. */
    private static final Instant NOT_YET = Instant.parse("9999-12-31T23:59:59Z");

    private final ResourceReader reader;
    private final Supplier<Served> served;
    private final CompileSettings settings;
    private final CanonicalPath paths;
    private final IntUnaryOperator gatewayPort;
    private final Function<Upstream, List<String>> endpoints;
    private Served lookedAt = Served.NOTHING;
    private List<ProblemView> hidden = List.of();

    /**
     * @param served what the node serves
     * @param settings the labels by which gateways select the node; attachments are left out
     * @param normalization what the edge does to paths
     * @param gatewayPort from a port that is bound to the one that Gateways name for it
     * @param endpoints the endpoints of an upstream, each with what stands against it
     */
    public Explanations(
            ResourceReader reader,
            Supplier<Served> served,
            CompileSettings settings,
            PathNormalization normalization,
            IntUnaryOperator gatewayPort,
            Function<Upstream, List<String>> endpoints) {
        this.reader = reader;
        this.served = served;
        this.settings = settings.withoutAttachments();
        this.paths = new CanonicalPath(normalization);
        this.gatewayPort = gatewayPort;
        this.endpoints = endpoints;
    }

    /**
     * What a node serves.
     *
     * @param table the table that its edge matches by
     * @param resources what it was made of
     */
    public record Served(RouteTable table, SharedMap<ResourceKey, Resource> resources) {
        /** Before the first activation. */
        public static final Served NOTHING = new Served(RouteTable.EMPTY, SharedMap.empty());
    }

    /**
     * A request to explain.
     *
     * @param url {@code scheme://host[:port]/path?query}
     * @param port the port that a Gateway names; empty for that of the URL
     */
    record Asked(String method, String url, Map<String, String> headers, OptionalInt port) {}

    /**
     * Explains a request.
     *
     * @param proposed resources to count as applied, as YAML or JSON; empty for what is served
     * @throws BadRequest if the URL or a proposed resource is not acceptable
     */
    Explanation explain(Asked asked, byte[] proposed) {
        Served current = proposed.length == 0 ? served.get() : with(proposed);
        Configuration configuration =
                Configuration.empty(settings.rootNamespace()).become(current.resources());
        Explainer explainer =
                new Explainer(current.table(), new Absentees(configuration, settings), ROUTES_MAX, endpoints);
        try {
            return explainer.explain(question(asked, current.table()));
        } catch (IllegalArgumentException e) {
            throw new BadRequest(ProblemDocument.of(400, "Bad request", String.valueOf(e.getMessage())));
        }
    }

    /** What tables are compiled with that nobody serves by. */
    CompileSettings settings() {
        return settings;
    }

    /** What is wrong with what is served, where it can be said without much ado: not with very many routes. */
    List<ProblemView> problems(List<ProblemView> known) {
        Served current = served.get();
        return current.table().routes().limit(ROUTES_LOOKED_AT_MAX + 1).count() > ROUTES_LOOKED_AT_MAX
                ? known
                : withHidden(known, current);
    }

    /** What is wrong with what is served: what its compilation found, and routes that others hide. */
    AnalysisReport analysis(AdminBackend backend) {
        Served current = served.get();
        List<ProblemView> problems = withHidden(backend.serving().get().problems(), current);
        return new AnalysisReport(backend.config().current().revision().toString(), problems);
    }

    /**
     * What would be wrong if these resources had been applied. What is an error already, since another version accepted it, stops none of
     * them: it is a warning.
     *
     * @throws BadRequest if one of them would be refused
     */
    AnalysisReport analysis(AdminBackend backend, byte[] proposed) {
        Proposal proposal = propose(proposed);
        List<ProblemView> problems =
                new ArrayList<>(ProblemViews.of(proposal.read().problems()));
        Set<ProblemView> known = Set.copyOf(backend.serving().get().problems());
        ProblemViews.of(proposal.compilation().problems()).stream()
                .map(found -> known.contains(found) ? found.asWarning() : found) // it stands whether or not these come
                .filter(found -> problems.stream().noneMatch(found::isAbout))
                .forEach(problems::add);
        Served thought = new Served(proposal.compilation().table(), proposal.resources());
        return new AnalysisReport(backend.config().current().revision().toString(), withHidden(problems, thought));
    }

    private List<ProblemView> withHidden(List<ProblemView> known, Served current) {
        List<ProblemView> problems = new ArrayList<>(known);
        hidden(current).stream()
                .filter(found -> problems.stream().noneMatch(found::isAbout))
                .toList()
                .forEach(problems::add);
        problems.sort(Comparator.comparing((ProblemView problem) -> !problem.isError())
                .thenComparing(ProblemView::resource)
                .thenComparing(ProblemView::path));
        return problems;
    }

    /** The routes that others hide; looked for once for what is served. */
    private synchronized List<ProblemView> hidden(Served current) {
        if (lookedAt != current) {
            Configuration configuration =
                    Configuration.empty(settings.rootNamespace()).become(current.resources());
            hidden = ProblemViews.of(HiddenRoutes.find(current.table(), configuration, settings));
            lookedAt = current;
        }
        return hidden;
    }

    private Question question(Asked asked, RouteTable table) {
        Question question = Question.of(asked.method(), asked.url(), asked.headers(), paths);
        int named = question.port();
        boolean isGatewayPort =
                table.listeners().stream().anyMatch(spec -> spec.id().equals(ListenerId.of(named)));
        return question.onPort(asked.port().orElse(isGatewayPort ? named : gatewayPort.applyAsInt(named)));
    }

    /**
     * Resources that somebody thinks of applying.
     *
     * @param read they alone
     * @param resources they and all that are served
     * @param compilation all of that, compiled
     */
    private record Proposal(ReadResult read, SharedMap<ResourceKey, Resource> resources, Compilation compilation) {}

    private Served with(byte[] proposed) {
        Proposal proposal = propose(proposed);
        return new Served(proposal.compilation().table(), proposal.resources());
    }

    /**
     * What would become of sampled requests if some resources had been written and others deleted.
     *
     * @param read resources that can be taken
     */
    Impact impact(ReadResult read, Collection<ResourceKey> deleted, List<SampledTraffic> samples) {
        Served current = served.get();
        RouteTableCompiler compiler = new RouteTableCompiler(settings);
        // It has to know what serves: a resource that does not compile leaves its older version serving.
        compiler.compile(current.resources());
        SharedMap<ResourceKey, Resource> resources = edited(current.resources(), read, deleted);
        ImpactAnalyzer analyzer =
                new ImpactAnalyzer(current.table(), compiler.compile(resources).table());
        samples.forEach(sample -> analyzer.add(sample.request(), sample.standsFor()));
        return analyzer.impact();
    }

    private Proposal propose(byte[] proposed) {
        ReadResult read = reader.read(proposed);
        if (!read.isAcceptable()) {
            throw new BadRequest(ProblemDocument.refused(
                    "the proposed resources would be refused", ProblemViews.of(read.problems())));
        }
        SharedMap<ResourceKey, Resource> resources = edited(served.get().resources(), read, List.of());
        return new Proposal(read, resources, new RouteTableCompiler(settings).compile(resources));
    }

    private SharedMap<ResourceKey, Resource> edited(
            SharedMap<ResourceKey, Resource> before, ReadResult read, Collection<ResourceKey> deleted) {
        Map<ResourceKey, @Nullable Resource> edits = new HashMap<>();
        deleted.forEach(key -> edits.put(key, null));
        for (ReadDocument document : read.documents()) {
            Resource resource = document.resource().orElseThrow();
            Resource known = before.get(resource.key());
            Metadata age = known == null ? resource.metadata() : known.metadata();
            Metadata noted = resource.metadata()
                    .noted(age.creationTimestamp().orElse(NOT_YET), age.uid().orElse("proposed"), age.generation() + 1);
            edits.put(resource.key(), resource.with(noted));
        }
        return before.with(edits);
    }
}
