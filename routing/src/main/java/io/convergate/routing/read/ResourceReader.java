package io.convergate.routing.read;

import com.fasterxml.jackson.core.JsonFactory;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.k8s.Secret;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.validate.ResourceValidator;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads resources from text: YAML or JSON, many documents in one, lists of kind {@code List} too. A document that begins
 * with a brace is JSON, as for kubectl. Reads document by document, collects everything that is wrong and throws nothing for
 * it; a document that can be read is validated too, so its problems carry positions. Immutable; any thread may use it.
 */
public final class ResourceReader {
    private static final String LIST = "List";
    private static final byte[] NOTHING = {};

    private final ReadSettings settings;
    private final JsonFactory json;

    public ResourceReader(ReadSettings settings) {
        this.settings = settings;
        this.json = JsonTreeBuilder.factory(settings.depthMax());
    }

    /** Reads all documents of an input, up to the largest change. */
    public ReadResult read(byte[] input) {
        List<ReadDocument> documents = new ArrayList<>();
        List<Problem> whole = new ArrayList<>();
        DocumentSplitter splitter = new DocumentSplitter(input, settings.changeBytesMax());
        boolean full = false;
        for (var piece = splitter.next(); piece.isPresent() && !full; piece = splitter.next()) {
            full = readPiece(piece.get(), documents);
        }
        if (full) {
            whole.add(tooLarge("more than " + settings.documentsMax() + " documents", "fewer in one change"));
        } else if (splitter.overflown()) {
            whole.add(tooLarge("more than " + settings.changeBytesMax() + " bytes", "less in one change"));
        }
        refuseDuplicates(documents);
        List<Problem> problems = new ArrayList<>(whole);
        documents.forEach(document -> problems.addAll(document.problems()));
        return new ReadResult(documents, problems);
    }

    /**
     * Reads the only document of an input as JSON, whatever it means: sorted keys, no blanks, fields without a value left out.
     *
     * @throws IllegalArgumentException if it cannot be read, or is not one document
     */
    public byte[] readTree(byte[] input) {
        DocumentSplitter splitter = new DocumentSplitter(input, settings.documentBytesMax());
        Problems problems = new Problems();
        List<Tree> trees = new ArrayList<>();
        for (var piece = splitter.next(); piece.isPresent() && trees.size() < 2; piece = splitter.next()) {
            TreeSink sink = new TreeSink() {
                @Override
                public void item(Tree item) {
                    // Part of the document that follows.
                }

                @Override
                public void document(Tree document) {
                    trees.add(document);
                }
            };
            if (piece.get().isJson()) {
                JsonTreeBuilder.read(json, piece.get(), settings.documentBytesMax(), problems, sink);
            } else {
                YamlTreeBuilder.read(piece.get(), settings.documentBytesMax(), settings.depthMax(), problems, sink);
            }
        }
        if (!problems.found().isEmpty()) {
            throw new IllegalArgumentException(problems.found().get(0).message());
        }
        if (trees.size() != 1 || splitter.overflown()) {
            throw new IllegalArgumentException(
                    Problem.expected(trees.isEmpty() ? "nothing" : "more than one document", "one"));
        }
        return CanonicalJson.write(json, trees.get(0));
    }

    private static Problem tooLarge(String found, String rule) {
        return Problem.error("", ProblemCode.TOO_LARGE, Problem.expected(found, rule));
    }

    /** Reads one piece; whether there were more documents in it than there is room for. */
    private boolean readPiece(DocumentSplitter.Piece piece, List<ReadDocument> documents) {
        Problems problems = new Problems();
        Batch batch = new Batch(documents.size());
        if (piece.isJson()) {
            JsonTreeBuilder.read(json, piece, settings.documentBytesMax(), problems, batch);
        } else {
            YamlTreeBuilder.read(piece, settings.documentBytesMax(), settings.depthMax(), problems, batch);
        }
        if (problems.found().isEmpty()) {
            documents.addAll(batch.documents);
        } else {
            documents.add(new ReadDocument(documents.size(), Optional.empty(), NOTHING, problems.found()));
        }
        return batch.full;
    }

    /** The documents of one piece, items of lists among them, each made a resource as soon as it is there. */
    private final class Batch implements TreeSink {
        private final List<ReadDocument> documents = new ArrayList<>();
        private final List<ReadDocument> items = new ArrayList<>();
        private final int before;
        private boolean full;

        Batch(int before) {
            this.before = before;
        }

        @Override
        public void item(Tree item) {
            readInto(items, item);
        }

        @Override
        public void document(Tree document) {
            if (document instanceof Tree.Mapping mapping
                    && mapping.get("kind") instanceof Tree.Scalar kind
                    && kind.text().equals(LIST)
                    && mapping.get("items") instanceof Tree.Sequence) {
                documents.addAll(items);
                items.clear();
            } else {
                items.clear();
                readInto(documents, document);
            }
        }

        private void readInto(List<ReadDocument> list, Tree tree) {
            int index = before + documents.size() + items.size();
            if (index < settings.documentsMax()) {
                list.add(readResource(index, tree));
            } else {
                full = true;
            }
        }
    }

    private ReadDocument readResource(int index, Tree tree) {
        Problems problems = new Problems();
        Optional<Resource> resource = new ResourceBinder(settings.defaultNamespace(), problems).bind(tree);
        if (resource.isEmpty()) {
            return new ReadDocument(index, resource, NOTHING, problems.found());
        }
        List<Problem> all = new ArrayList<>();
        for (Problem problem : ResourceValidator.validate(resource.get())) {
            all.add(problem.at(Paths.find(tree, problem.path()).position()));
        }
        Tree.Mapping canonical = MetadataTrees.canonical(
                resource.get() instanceof Secret ? SecretBinder.kept((Tree.Mapping) tree) : (Tree.Mapping) tree,
                resource.get().metadata().name(),
                resource.get().metadata().namespace());
        byte[] bytes = CanonicalJson.write(json, canonical);
        if (bytes.length > settings.documentBytesMax()) {
            String found = "a document of more than " + settings.documentBytesMax() + " bytes";
            all.add(tooLarge(found, "smaller documents").at(tree.position()));
        }
        return new ReadDocument(index, resource, bytes, all);
    }

    /** One change holds each resource once: which of two would count cannot be seen from the text. */
    private static void refuseDuplicates(List<ReadDocument> documents) {
        Set<ResourceKey> seen = new HashSet<>();
        for (int i = 0; i < documents.size(); i++) {
            ReadDocument document = documents.get(i);
            if (document.resource().isPresent()
                    && !seen.add(document.resource().get().key())) {
                ResourceKey key = document.resource().get().key();
                List<Problem> problems = new ArrayList<>(document.problems());
                String message = Problem.expected(key + " again", "each resource once in a change");
                problems.add(Problem.error("metadata.name", ProblemCode.DUPLICATE_RESOURCE, message)
                        .of(key));
                documents.set(i, new ReadDocument(i, document.resource(), document.canonical(), problems));
            }
        }
    }

    /**
     * Reads a stored resource: what {@link ReadDocument#canonical()} or {@link #stamp} gave. Much faster than {@link #read};
     * does not validate again.
     *
     * @throws IllegalArgumentException if the bytes are something else
     */
    public Resource parseCanonical(byte[] canonical) {
        Problems problems = new Problems();
        return new ResourceBinder(settings.defaultNamespace(), problems)
                .bind(parse(canonical))
                .orElseThrow(() -> new IllegalArgumentException(
                        "not a resource as it is stored: " + problems.found().get(0)));
    }

    /**
     * The same resource with what the cluster notes when it accepts it, read back by {@link Resource#metadata()}. Whatever
     * was noted before is replaced; other fields stay as they are, and only the metadata is read. {@link
     * io.convergate.routing.model.Metadata#noted} is what the resource's record says of it then.
     *
     * @param canonical what {@link ReadDocument#canonical()} or this method gave
     * @param creationTimestamp when the first version was accepted; kept to the nanosecond, so that all nodes order alike
     * @param uid what tells the resource from a later one of the same name
     * @param generation how often the spec was changed, from 1
     * @param managedFields who owns which fields, as JSON; no bytes if nobody has noted it
     * @throws IllegalArgumentException if the bytes are something else
     */
    public byte[] stamp(
            byte[] canonical, Instant creationTimestamp, String uid, long generation, byte[] managedFields) {
        Optional<Tree> owners = managedFields.length == 0 ? Optional.empty() : Optional.of(parse(managedFields));
        CanonicalField field = field(canonical, "metadata")
                .orElseThrow(() -> new IllegalArgumentException("not a resource as it is stored"));
        if (!(parse(field.in(canonical)) instanceof Tree.Mapping metadata)) {
            throw new IllegalArgumentException("not a resource as it is stored");
        }
        Tree stamped = MetadataTrees.stamped(metadata, creationTimestamp, uid, generation, owners);
        return field.replacedBy(CanonicalJson.write(json, stamped), canonical);
    }

    /**
     * Whether two resources have the same {@code spec}, or both have none.
     *
     * @param one what {@link ReadDocument#canonical()} or {@link #stamp} gave, as {@code other}
     * @throws IllegalArgumentException if the bytes are something else
     */
    public boolean sameSpec(byte[] one, byte[] other) {
        Optional<byte[]> spec = field(one, "spec").map(found -> found.in(one));
        Optional<byte[]> otherSpec = field(other, "spec").map(found -> found.in(other));
        return spec.isPresent() && otherSpec.isPresent()
                ? Arrays.equals(spec.get(), otherSpec.get())
                : spec.isEmpty() && otherSpec.isEmpty();
    }

    private Optional<CanonicalField> field(byte[] canonical, String name) {
        try {
            return CanonicalField.find(json, canonical, name);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a resource as it is stored", e);
        }
    }

    private Tree parse(byte[] canonical) {
        try {
            return JsonTreeBuilder.buildTrusted(json, canonical);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a resource as it is stored", e);
        }
    }
}
