package io.convergate.routing.collect;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A map that never changes, of which versions are made that share what they have in common. Entries lie in 1,024 buckets by
 * their hash; a version copies the buckets it touches. So changing an entry costs about a thousandth of the map, and so does
 * finding what two versions of one map differ in. The order of iteration means nothing.
 */
public final class SharedMap<K, V> extends AbstractMap<K, V> {
    private static final int BUCKET_BITS = 10;
    private static final SharedMap<Object, Object> EMPTY = new SharedMap<>(buckets(), 0);

    private final @Nullable HashMap<K, V>[] buckets;
    private final int size;

    private SharedMap(@Nullable HashMap<K, V>[] buckets, int size) {
        this.buckets = buckets;
        this.size = size;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type can be made in no other way
    private static <K, V> @Nullable HashMap<K, V>[] buckets() {
        return new HashMap[1 << BUCKET_BITS];
    }

    /** The map without entries. */
    @SuppressWarnings("unchecked") // it has neither keys nor values
    public static <K, V> SharedMap<K, V> empty() {
        return (SharedMap<K, V>) EMPTY;
    }

    /** A map of these entries; the argument itself if it is one already. */
    @SuppressWarnings("unchecked") // a map that cannot be written may be read as one of wider types
    public static <K, V> SharedMap<K, V> copyOf(Map<K, ? extends V> entries) {
        return entries instanceof SharedMap
                ? (SharedMap<K, V>) entries
                : SharedMap.<K, V>empty().with(entries);
    }

    /** This map with other entries; a null value takes its key away. */
    public SharedMap<K, V> with(Map<K, ? extends @Nullable V> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        @Nullable HashMap<K, V>[] copies = buckets.clone();
        int newSize = size;
        for (Map.Entry<K, ? extends @Nullable V> change : changes.entrySet()) {
            int i = bucket(change.getKey());
            HashMap<K, V> bucket = copies[i];
            if (bucket == null || bucket == buckets[i]) {
                bucket = bucket == null ? new HashMap<>(4) : new HashMap<>(bucket);
                copies[i] = bucket;
            }
            V value = change.getValue();
            boolean had = (value == null ? bucket.remove(change.getKey()) : bucket.put(change.getKey(), value)) != null;
            newSize += (value == null ? 0 : 1) - (had ? 1 : 0);
        }
        return new SharedMap<>(copies, newSize);
    }

    /**
     * A map of exactly these entries that shares with this one all buckets without a difference. Costs a look-up for each
     * entry, unless the argument is such a map already.
     */
    @SuppressWarnings("unchecked") // a map that cannot be written may be read as one of wider types
    public SharedMap<K, V> become(Map<K, ? extends V> entries) {
        if (entries instanceof SharedMap) {
            return (SharedMap<K, V>) entries;
        }
        Map<K, @Nullable V> changes = new HashMap<>();
        int common = 0;
        for (Map.Entry<K, ? extends V> entry : entries.entrySet()) {
            V known = get(entry.getKey());
            common += known == null ? 0 : 1;
            if (known != entry.getValue()) {
                changes.put(entry.getKey(), entry.getValue());
            }
        }
        if (common < size) {
            keySet().stream().filter(key -> !entries.containsKey(key)).forEach(key -> changes.put(key, null));
        }
        return with(changes);
    }

    /** The keys whose values are not the same instance in both maps, or that only one of them has. */
    public Set<K> differsFrom(SharedMap<K, V> other) {
        Set<K> keys = new HashSet<>();
        for (int i = 0; i < buckets.length; i++) {
            if (buckets[i] != other.buckets[i]) {
                Map<K, V> here = contents(buckets[i]);
                Map<K, V> there = contents(other.buckets[i]);
                here.forEach((key, value) -> {
                    if (there.get(key) != value) {
                        keys.add(key);
                    }
                });
                there.keySet().stream().filter(key -> !here.containsKey(key)).forEach(keys::add);
            }
        }
        return keys;
    }

    private static <K, V> Map<K, V> contents(@Nullable HashMap<K, V> bucket) {
        return bucket == null ? Map.of() : bucket;
    }

    /** The upper bits of a spread hash: the maps in the buckets use the lower ones. */
    private static int bucket(Object key) {
        return key.hashCode() * 0x9E3779B9 >>> 32 - BUCKET_BITS;
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
        HashMap<K, V> bucket = key == null ? null : buckets[bucket(key)];
        return bucket == null ? null : bucket.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                return new Entries();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** All entries, bucket by bucket. */
    private final class Entries implements Iterator<Map.Entry<K, V>> {
        private int next;
        private Iterator<Map.Entry<K, V>> bucket = Collections.emptyIterator();

        @Override
        public boolean hasNext() {
            while (!bucket.hasNext() && next < buckets.length) {
                bucket = contents(buckets[next++]).entrySet().iterator();
            }
            return bucket.hasNext();
        }

        @Override
        public Map.Entry<K, V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Map.Entry<K, V> entry = bucket.next();
            return Map.entry(entry.getKey(), entry.getValue());
        }
    }
}
