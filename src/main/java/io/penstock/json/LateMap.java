package io.penstock.json;

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

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * A map whose fields are put into it when it is first asked for more than its kind can tell without. Like any {@link LinkedHashMap}
 * it may be read by several threads as long as none writes, and who calls it without types may put a key of any kind.
 */
@RegisterForReflection
public abstract class LateMap extends LinkedHashMap<Object, @Nullable Object> {

    private static final long serialVersionUID = 1L;

    private transient volatile boolean filled;

    /** False for as long as what it was made of is all there is to know. */
    protected final boolean isFilled() {
        return filled;
    }

    /** Adds each field; called once, in whatever thread asks first. */
    protected abstract void addAll();

    protected final void add(String name, @Nullable Object value) {
        super.put(name, value);
    }

    private void fill() {
        if (!filled) {
            fillOnce();
        }
    }

    private synchronized void fillOnce() {
        if (!filled) {
            addAll();
            filled = true;
        }
    }

    /** The serialised form is a plain map's. */
    protected final Object writeReplace() {
        return new LinkedHashMap<>(this);
    }

    // The rest is LinkedHashMap's, filled.

    @Override
    public @Nullable Object get(@Nullable Object key) {
        fill();
        return super.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        fill();
        return super.containsKey(key);
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
    public @Nullable Object put(Object key, @Nullable Object value) {
        fill();
        return super.put(key, value);
    }

    @Override
    public void putAll(Map<?, ?> map) {
        fill();
        super.putAll(map);
    }

    @Override
    public @Nullable Object putIfAbsent(Object key, @Nullable Object value) {
        fill();
        return super.putIfAbsent(key, value);
    }

    @Override
    public @Nullable Object putFirst(Object key, @Nullable Object value) {
        fill();
        return super.putFirst(key, value);
    }

    @Override
    public @Nullable Object putLast(Object key, @Nullable Object value) {
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
    public @Nullable Object replace(Object key, @Nullable Object value) {
        fill();
        return super.replace(key, value);
    }

    @Override
    public boolean replace(Object key, @Nullable Object oldValue, @Nullable Object newValue) {
        fill();
        return super.replace(key, oldValue, newValue);
    }

    @Override
    public void replaceAll(BiFunction<? super Object, ? super @Nullable Object, ?> function) {
        fill();
        super.replaceAll(function);
    }

    @Override
    public void clear() {
        fill();
        super.clear();
    }

    @Override
    public @Nullable Object computeIfAbsent(Object key, Function<? super Object, ?> function) {
        fill();
        return super.computeIfAbsent(key, function);
    }

    @Override
    public @Nullable Object computeIfPresent(Object key, BiFunction<? super Object, ? super Object, ?> function) {
        fill();
        return super.computeIfPresent(key, function);
    }

    @Override
    public @Nullable Object compute(Object key, BiFunction<? super Object, ? super @Nullable Object, ?> function) {
        fill();
        return super.compute(key, function);
    }

    @Override
    public @Nullable Object merge(Object key, Object value, BiFunction<? super Object, ? super Object, ?> function) {
        fill();
        return super.merge(key, value, function);
    }

    @Override
    public void forEach(BiConsumer<? super Object, ? super @Nullable Object> action) {
        fill();
        super.forEach(action);
    }

    @Override
    public Set<Object> keySet() {
        fill();
        return super.keySet();
    }

    @Override
    public Collection<@Nullable Object> values() {
        fill();
        return super.values();
    }

    @Override
    public Set<Map.Entry<Object, @Nullable Object>> entrySet() {
        fill();
        return super.entrySet();
    }

    @Override
    public SequencedSet<Object> sequencedKeySet() {
        fill();
        return super.sequencedKeySet();
    }

    @Override
    public SequencedCollection<@Nullable Object> sequencedValues() {
        fill();
        return super.sequencedValues();
    }

    @Override
    public SequencedSet<Map.Entry<Object, @Nullable Object>> sequencedEntrySet() {
        fill();
        return super.sequencedEntrySet();
    }

    @Override
    public SequencedMap<Object, @Nullable Object> reversed() {
        fill();
        return super.reversed();
    }

    @Override
    public Map.@Nullable Entry<Object, @Nullable Object> firstEntry() {
        fill();
        return super.firstEntry();
    }

    @Override
    public Map.@Nullable Entry<Object, @Nullable Object> lastEntry() {
        fill();
        return super.lastEntry();
    }

    @Override
    public Map.@Nullable Entry<Object, @Nullable Object> pollFirstEntry() {
        fill();
        return super.pollFirstEntry();
    }

    @Override
    public Map.@Nullable Entry<Object, @Nullable Object> pollLastEntry() {
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
