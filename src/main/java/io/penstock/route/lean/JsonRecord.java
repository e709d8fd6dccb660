package io.penstock.route.lean;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

import com.fasterxml.jackson.databind.ObjectReader;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * The map that Jackson makes of a JSON object, made when more is asked of it than the value of a field here and there. Like any
 * {@link LinkedHashMap} it may be read by several threads as long as none writes.
 */
@RegisterForReflection
public final class JsonRecord extends LinkedHashMap<String, @Nullable Object> {

    private static final long serialVersionUID = 1L;

    private final transient ObjectReader reader;
    /** Null once the map is filled. */
    private transient volatile @Nullable JsonFields unread;

    JsonRecord(JsonFields fields, ObjectReader reader) {
        this.unread = fields;
        this.reader = reader;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        var fields = unread;
        if (fields != null && key instanceof String name) {
            int field = fields.find(name);
            var value = field < 0 ? null : fields.value(field);
            if (value != JsonFields.COMPLEX) {
                return value;
            }
        }
        fill();
        return super.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        var fields = unread;
        if (fields != null && key instanceof String name) {
            return fields.find(name) >= 0;
        }
        fill();
        return super.containsKey(key);
    }

    private void fill() {
        if (unread != null) {
            read();
        }
    }

    private synchronized void read() {
        var fields = unread;
        if (fields != null) {
            try {
                Map<String, @Nullable Object> all = reader.readValue(fields.json());
                super.putAll(all);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            unread = null;
        }
    }

    // The rest is LinkedHashMap's, filled.

    private Object writeReplace() {
        return new LinkedHashMap<>(this);
    }

    @Override
    public int size() {
        fill();
        return super.size();
    }

    @Override
    public boolean isEmpty() {
        fill();
        return super.isEmpty();
    }

    @Override
    public @Nullable Object getOrDefault(@Nullable Object key, @Nullable Object defaultValue) {
        fill();
        return super.getOrDefault(key, defaultValue);
    }

    @Override
    public boolean containsValue(@Nullable Object value) {
        fill();
        return super.containsValue(value);
    }

    @Override
    public @Nullable Object put(String key, @Nullable Object value) {
        fill();
        return super.put(key, value);
    }

    @Override
    public void putAll(Map<? extends String, ?> map) {
        fill();
        super.putAll(map);
    }

    @Override
    public @Nullable Object putIfAbsent(String key, @Nullable Object value) {
        fill();
        return super.putIfAbsent(key, value);
    }

    @Override
    public @Nullable Object putFirst(String key, @Nullable Object value) {
        fill();
        return super.putFirst(key, value);
    }

    @Override
    public @Nullable Object putLast(String key, @Nullable Object value) {
        fill();
        return super.putLast(key, value);
    }

    @Override
    public @Nullable Object remove(@Nullable Object key) {
        fill();
        return super.remove(key);
    }

    @Override
    public boolean remove(@Nullable Object key, @Nullable Object value) {
        fill();
        return super.remove(key, value);
    }

    @Override
    public @Nullable Object replace(String key, @Nullable Object value) {
        fill();
        return super.replace(key, value);
    }

    @Override
    public boolean replace(String key, @Nullable Object oldValue, @Nullable Object newValue) {
        fill();
        return super.replace(key, oldValue, newValue);
    }

    @Override
    public void replaceAll(BiFunction<? super String, ? super @Nullable Object, ?> function) {
        fill();
        super.replaceAll(function);
    }

    @Override
    public void clear() {
        fill();
        super.clear();
    }

    @Override
    public @Nullable Object computeIfAbsent(String key, Function<? super String, ?> function) {
        fill();
        return super.computeIfAbsent(key, function);
    }

    @Override
    public @Nullable Object computeIfPresent(String key, BiFunction<? super String, ? super Object, ?> function) {
        fill();
        return super.computeIfPresent(key, function);
    }

    @Override
    public @Nullable Object compute(String key, BiFunction<? super String, ? super @Nullable Object, ?> function) {
        fill();
        return super.compute(key, function);
    }

    @Override
    public @Nullable Object merge(String key, Object value, BiFunction<? super Object, ? super Object, ?> function) {
        fill();
        return super.merge(key, value, function);
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super @Nullable Object> action) {
        fill();
        super.forEach(action);
    }

    @Override
    public Set<String> keySet() {
        fill();
        return super.keySet();
    }

    @Override
    public Collection<@Nullable Object> values() {
        fill();
        return super.values();
    }

    @Override
    public Set<Map.Entry<String, @Nullable Object>> entrySet() {
        fill();
        return super.entrySet();
    }

    @Override
    public SequencedSet<String> sequencedKeySet() {
        fill();
        return super.sequencedKeySet();
    }

    @Override
    public SequencedCollection<@Nullable Object> sequencedValues() {
        fill();
        return super.sequencedValues();
    }

    @Override
    public SequencedSet<Map.Entry<String, @Nullable Object>> sequencedEntrySet() {
        fill();
        return super.sequencedEntrySet();
    }

    @Override
    public SequencedMap<String, @Nullable Object> reversed() {
        fill();
        return super.reversed();
    }

    @Override
    public Map.@Nullable Entry<String, @Nullable Object> firstEntry() {
        fill();
        return super.firstEntry();
    }

    @Override
    public Map.@Nullable Entry<String, @Nullable Object> lastEntry() {
        fill();
        return super.lastEntry();
    }

    @Override
    public Map.@Nullable Entry<String, @Nullable Object> pollFirstEntry() {
        fill();
        return super.pollFirstEntry();
    }

    @Override
    public Map.@Nullable Entry<String, @Nullable Object> pollLastEntry() {
        fill();
        return super.pollLastEntry();
    }

    @Override
    public Object clone() {
        return new LinkedHashMap<>(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        fill();
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        fill();
        return super.hashCode();
    }

    @Override
    public String toString() {
        fill();
        return super.toString();
    }
}
