package io.convergate.config.store;

import io.convergate.config.Change;
import io.convergate.config.ConfigHistory;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.Limits;
import io.convergate.config.PastChange;
import io.convergate.config.StoreException;
import io.convergate.config.WriterId;
import io.convergate.config.block.Block;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Dot;
import io.convergate.config.block.Head;
import io.convergate.config.block.Index;
import io.convergate.config.block.IndexView;
import io.convergate.config.block.MalformedException;
import io.convergate.config.block.Missing;
import io.convergate.config.block.Pages;
import io.convergate.config.block.Root;
import io.convergate.routing.model.ResourceKey;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of this node: the merge of all changes that are whole here. Grows by changes of our own
 * ({@link #commit}) and by those of others ({@link #advance}); either is on disk before it counts. Confined to one
 * thread, except {@link #blocks()}.
 *
 * <p>The counter of a writer must never name two changes. So a change is announced only after it is on disk; a directory
 * that lost records, or that meets a change of its own it does not know (it was copied, or put back from a backup),
 * writes under a new name from then on.
 */
public final class ConfigStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigStore.class);

    /** The most names of missing blocks in one {@link Progress}. */
    private static final int MISSING_MAX = 8192;

    private final BlockTable table;
    private final BlockLog log;
    private final PromiseFile promises;
    private final HybridClock clock;
    private final String node;
    private final Past past;
    private final Outliving outliving;
    private final List<Tip> tips = new ArrayList<>();

    /** Changes that are on their way here; what arrived of them is kept. */
    private final Set<Head> fetching = new LinkedHashSet<>();

    /** Changes that somebody may make, and whose blocks are kept for it. */
    private final Set<Head> promised = new LinkedHashSet<>();

    private boolean lost;
    private WriterId writer;
    private long issued;
    private IndexView view = IndexView.EMPTY;

    private ConfigStore(
            BlockTable table,
            BlockLog log,
            PromiseFile promises,
            HybridClock clock,
            String node,
            Past past,
            WriterId writer) {
        this.table = table;
        this.log = log;
        this.promises = promises;
        this.clock = clock;
        this.node = node;
        this.past = past;
        this.outliving = new Outliving(table);
        this.writer = writer;
    }

    /**
     * Opens the store of a directory, with what is whole in it.
     *
     * @param node the name of this node, noted with each change it takes
     * @param limits how much of the past to keep
     * @throws StoreException if the directory cannot be used
     */
    public static ConfigStore open(Path directory, String node, HistoryLimits limits, InstantSource wall) {
        Recovery recovery = new Recovery();
        StoreLog.Opened opened = StoreLog.open(directory, recovery);
        PromiseFile promises;
        try {
            promises = PromiseFile.open(directory);
        } catch (StoreException e) {
            opened.log().close();
            throw e;
        }
        ConfigStore store = new ConfigStore(
                recovery.table(),
                new BlockLog(recovery.table(), opened.log()),
                promises,
                new HybridClock(wall),
                node,
                new Past(recovery.table(), limits, wall),
                WriterId.random());
        try {
            store.recover(directory, recovery, opened);
            return store;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Takes over what is whole on the disk. */
    private void recover(Path directory, Recovery recovery, StoreLog.Opened opened) {
        recovery.wholeHeads().forEach(this::admit);
        if (opened.damaged()) {
            LOG.error("{}: the log is damaged; what can be read is kept, peers bring the rest", directory);
        }
        lost = opened.lost();
        takeName(recovery.writer().filter(name -> !opened.damaged()), recovery);
        promises.last().filter(head -> !covered(head)).ifPresent(promised::add);
        compact(opened.holes());
        past.missing(heads(), Integer.MAX_VALUE);
        findOutlived();
    }

    /** Writes under the name it had, if it has one and knows all changes it made under it; else under a new one. */
    private void takeName(Optional<WriterId> name, Recovery recovery) {
        writer = name.orElse(writer);
        issued = view.revision().counter(writer);
        if (name.isEmpty() || recovery.greatestCounter(writer) > issued) {
            rename();
        }
    }

    /** Whether the directory had a log of which nothing could be read. */
    public boolean lost() {
        return lost;
    }

    /** Why the disk took no change last; empty if it did. Safe on any thread. */
    public String trouble() {
        return log.trouble();
    }

    /** The change that this directory promised to take before the process ended, if it has not arrived since. */
    public Optional<Head> promisedBefore() {
        return promises.last().filter(promised::contains);
    }

    /** The blocks that are here; safe on any thread. */
    public Blocks blocks() {
        return table;
    }

    /** The merge of all that is whole here. */
    public IndexView view() {
        return view;
    }

    /** The changes that together make {@link #view()}: usually one, more after concurrent writes. */
    public List<Head> heads() {
        return tips.stream().map(Tip::head).toList();
    }

    /**
     * The past of a configuration that this store has or had a moment ago; safe on any thread.
     *
     * @param tips the changes that make it
     */
    public ConfigHistory history(List<Head> tips, IndexView present) {
        return new KeptHistory(tips, present, past, table);
    }

    /** The first names of blocks that are missing of the past, as far as it is to be kept; at most {@code limit} and a few. */
    public Set<Hash> historyMissing(int limit) {
        int before = past.wholeCount();
        Set<Hash> missing = past.missing(heads(), limit);
        if (past.wholeCount() != before) {
            findOutlived();
        }
        return missing;
    }

    /**
     * Takes note that some blocks of the past will not come.
     *
     * @return whether all others that it consists of are here, so that it is as whole as it will be
     */
    public boolean pastFetched(Set<Hash> lost) {
        boolean all = lost.containsAll(historyMissing(lost.size() + 1));
        past.fetched(all);
        return all;
    }

    /**
     * Adds a change of our own to {@link #view()}. It is on disk when this returns.
     *
     * @throws StoreException if it cannot be written; the store then stays as it was and takes no more changes
     */
    public Commit commit(Change change) {
        Draft draft = draft(change);
        log.add(draft.blocks(), Optional.of(draft.head()));
        return made(draft);
    }

    /**
     * Works out a change of our own, without making it or writing anything.
     *
     * @throws StoreException if there are too many writers
     */
    public Draft draft(Change change) {
        if (issued == 0 && view.revision().counters().size() >= Limits.WRITERS_MAX) {
            throw new StoreException(Limits.WRITERS_MAX + " writers already (expected: fewer, to add one)");
        }
        List<Hash> parents = tips.stream().map(tip -> tip.head().root()).toList();
        return Draft.of(change, new Dot(writer, issued + 1), clock.tick(), node, view, written(), parents);
    }

    /**
     * Stores the blocks of a change that may be made later, ours or another node's; they and the promise are on disk when this
     * returns, and without effect until then.
     *
     * @return why this node does not promise to take the change; empty if it does
     * @throws StoreException if it cannot be written
     */
    public Optional<String> promise(Head head, List<Block> blocks) {
        log.add(blocks, Optional.empty());
        log.force();
        try {
            if (!Missing.of(head.root(), table, written(), MISSING_MAX).isEmpty()) {
                return Optional.of("has not all of what it consists of");
            }
            Root root = Root.read(table.require(head.root()));
            if (!root.head(head.root()).equals(head) || covered(head)) {
                return Optional.of("knows another change of that name");
            }
            if (!root.revision().covers(view.revision())) {
                return Optional.of("holds changes that the writer has not seen");
            }
        } catch (MalformedException e) {
            return Optional.of("cannot read it: " + e.getMessage());
        }
        promises.write(head);
        promised.add(head);
        return Optional.empty();
    }

    /** Forgets a promise; what was stored for it goes with the next compaction. */
    public void release(Head head) {
        promised.remove(head);
        promises.clear(head);
    }

    /**
     * Makes a change whose blocks are on disk. It is on disk when this returns.
     *
     * @throws StoreException if it cannot be written, or the directory has got a new name meanwhile
     */
    public Commit commit(Draft draft) {
        if (!draft.head().writer().equals(writer) || draft.head().counter() != issued + 1) {
            throw new StoreException("this directory has got a new name meanwhile");
        }
        log.add(List.of(), Optional.of(draft.head()));
        return made(draft);
    }

    private Commit made(Draft draft) {
        issued = draft.head().counter();
        release(draft.head());
        arrived(new Tip(draft.head(), draft.view()));
        compactIfLong();
        return new Commit(draft.head(), draft.blocks(), view);
    }

    /**
     * Takes blocks from elsewhere, and adopts those of the wanted changes that are whole now.
     *
     * @param wanted changes that somebody has
     * @param received blocks, in any order; those that nothing needs are dropped by the next compaction
     * @throws StoreException if the disk fails
     */
    public Progress advance(Collection<Head> wanted, List<Block> received) {
        log.add(received, Optional.empty());
        List<Head> adopted = new ArrayList<>();
        List<Head> open = new ArrayList<>();
        Set<Hash> missing = new LinkedHashSet<>();
        for (Head head : wanted) {
            if (covered(head)) {
                continue;
            }
            try {
                Set<Hash> lacking = Missing.of(head.root(), table, written(), MISSING_MAX);
                if (lacking.isEmpty()) {
                    adopt(head);
                    adopted.add(head);
                } else {
                    open.add(head);
                    missing.addAll(lacking);
                }
            } catch (MalformedException e) {
                LOG.error("change {} from another node is ignored: {}", head, e.getMessage());
            }
        }
        fetching.removeIf(this::covered);
        promised.stream().filter(this::covered).toList().forEach(this::release);
        fetching.removeIf(older -> open.stream().anyMatch(head -> head.writer().equals(older.writer())));
        fetching.addAll(open);
        compactIfLong();
        return new Progress(
                adopted,
                open,
                missing.stream().limit(MISSING_MAX).collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    private void adopt(Head head) {
        Tip tip = tip(head);
        log.add(List.of(), Optional.of(head));
        arrived(tip);
        if (view.revision().counter(writer) > issued) {
            LOG.warn("another node knows changes of {} that this directory does not have", writer);
            try {
                rename();
            } catch (StoreException e) {
                LOG.error("the new name is not on disk yet; it will be with the next change", e);
            }
        }
    }

    /** Takes a change from our own disk. */
    private void admit(Head head) {
        try {
            if (!covered(head)) {
                settle(tip(head));
            }
        } catch (MalformedException e) {
            LOG.error("change {} on the disk is ignored: {}", head, e.getMessage());
        }
    }

    private boolean covered(Head head) {
        return view.revision().counter(head.writer()) >= head.counter();
    }

    private Tip tip(Head head) {
        Root root = Root.read(table.require(head.root()));
        if (!root.head(head.root()).equals(head)) {
            throw new MalformedException("root of " + root.dot() + " (expected: of " + head + ")");
        }
        clock.observe(root.time());
        return new Tip(head, new IndexView(root.revision(), Pages.read(root.index(), table, view.index())));
    }

    private void settle(Tip tip) {
        tips.removeIf(older -> older.isIn(tip));
        tips.add(tip);
        past.adopted(tip.head().root());
        view = view.merge(tip.view());
    }

    /** Takes a change that was not here, and looks whether it and what is here have missed a deletion of each other. */
    private void arrived(Tip tip) {
        List<Hash> before = tips.stream().map(known -> known.head().root()).toList();
        Map<ResourceKey, List<PastChange>> outlived = view.outlived();
        settle(tip);
        boolean follows = before.size() <= 1
                && Root.read(table.require(tip.head().root())).parents().equals(before);
        if (!follows) {
            past.fetched(false);
        }
        if (!follows || !outlived.isEmpty()) {
            findOutlived();
        }
    }

    /** Changes that all knew the one before them cannot have missed anything. */
    private void findOutlived() {
        List<Past.Step> kept = past.whole(heads());
        boolean inARow = tips.size() <= 1
                && kept.stream().allMatch(step -> step.root().parents().size() <= 1);
        view = view.withOutlived(inARow ? Map.of() : outliving.find(kept, view));
    }

    /** A configuration all of whose pages are in the table. */
    private Index written() {
        return tips.isEmpty() ? Index.EMPTY : tips.get(tips.size() - 1).view().index();
    }

    private void rename() {
        writer = WriterId.random();
        issued = 0;
        log.name(writer);
        LOG.info("this directory writes as {}", writer);
    }

    private void compactIfLong() {
        if (log.isLong()) {
            compact(false);
        }
    }

    /**
     * Forgets all blocks that nothing needs which is kept, and rewrites the log without them, if that makes it much shorter.
     * Another node may use such a block again meanwhile: its change then names the block, and it is offered with the change,
     * or pulled.
     */
    private void compact(boolean anyway) {
        List<Head> coming = new ArrayList<>(fetching);
        coming.addAll(promised);
        log.compact(past.keep(heads(), coming), writer, heads(), anyway);
    }

    @Override
    public void close() {
        promises.close();
        log.close();
    }
}
