package io.penstock.route.lean;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A message's headers: names in any case, shown in their order, as in Camel's own tree map, but in two arrays, which a
 * copy shares until one of the two is written to. A route copies them with each message it makes. Like any map it may be read by
 * several threads as long as none writes; to copy it counts as writing.
 */
final class LeanHeaders extends AbstractMap<String, @Nullable Object> {

    /** As long as there are no more, they are in no order, and each is looked at. */
    private static final int FEW = 32;
    private static final int ROOM = 12;
    private static final String[] NO_NAMES = {};
    private static final Object[] NO_VALUES = {};

    private String[] names = NO_NAMES;
    private @Nullable Object[] values = NO_VALUES;
    private int size;
    /** Whether the arrays are another's as well. */
    private boolean shared;
    private int changes;
    /** The bits of names that are or were there. */
    private long marks;

    /** The place of a name; if it is not there, {@code -1 - place} of where it goes. */
    private int find(String name) {
        if (size > FEW) {
            return Arrays.binarySearch(names, 0, size, name, String.CASE_INSENSITIVE_ORDER);
        }
        // Most that Camel asks for is not there, and seen not to be at once.
        if ((marks & bit(name)) == 0) {
            return -1 - size;
        }
        for (int i = 0; i < size; i++) {
            if (names[i].length() == name.length() && (names[i] == name || names[i].compareToIgnoreCase(name) == 0)) {
                return i;
            }
        }
        return -1 - size;
    }

    /** One of 64, of length and last letter, which are the same of what is the same in any case; half a character counts as none. */
    private static long bit(String name) {
        char last = name.isEmpty() ? 0 : name.charAt(name.length() - 1);
        int letter = last >= 'a' && last <= 'z' ? last
                : Character.isSurrogate(last) ? 0 : Character.toLowerCase(Character.toUpperCase(last));
        return 1L << name.length() + 7 * letter;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean containsKey(Object name) {
        return find((String) Objects.requireNonNull(name)) >= 0;
    }

    @Override
    public @Nullable Object get(Object name) {
        int place = find((String) Objects.requireNonNull(name));
        return place < 0 ? null : values[place];
    }

    @Override
    public @Nullable Object put(String name, @Nullable Object value) {
        int place = find(Objects.requireNonNull(name));
        if (place >= 0) {
            own(names.length);
            var old = values[place];
            values[place] = value;
            return old;
        }
        insert(-1 - place, name, value);
        return null;
    }

    private void insert(int place, String name, @Nullable Object value) {
        own(size < names.length ? names.length : Math.max(ROOM, 2 * size));
        System.arraycopy(names, place, names, place + 1, size - place);
        System.arraycopy(values, place, values, place + 1, size - place);
        names[place] = name;
        values[place] = value;
        marks |= bit(name);
        size++;
        changes++;
        if (size == FEW + 1) {
            order();
        }
    }

    /** Arrays to write to. */
    private void own(int room) {
        if (shared || room != names.length) {
            names = Arrays.copyOf(names, room);
            values = Arrays.copyOf(values, room);
            shared = false;
        }
    }

    private void order() {
        var ordered = orderedNames();
        var theirs = new Object[values.length];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                if (names[j] == ordered[i]) {
                    theirs[i] = values[j];
                }
            }
        }
        System.arraycopy(ordered, 0, names, 0, size);
        values = theirs;
    }

    private String[] orderedNames() {
        var ordered = Arrays.copyOf(names, size);
        if (size <= FEW + 1) {
            Arrays.sort(ordered, String.CASE_INSENSITIVE_ORDER);
        }
        return ordered;
    }

    @Override
    public void putAll(Map<? extends String, ?> other) {
        if (size == 0 && other instanceof LeanHeaders headers) {
            names = headers.names;
            values = headers.values;
            size = headers.size;
            marks = headers.marks;
            shared = true;
            headers.shared = true;
            changes++;
        } else {
            super.putAll(other);
        }
    }

    @Override
    public @Nullable Object remove(Object name) {
        int place = find((String) Objects.requireNonNull(name));
        if (place < 0) {
            return null;
        }
        var old = values[place];
        removeAt(place);
        return old;
    }

    private void removeAt(int place) {
        own(names.length);
        System.arraycopy(names, place + 1, names, place, size - place - 1);
        System.arraycopy(values, place + 1, values, place, size - place - 1);
        size--;
        names[size] = "";
        values[size] = null;
        changes++;
    }

    @Override
    public void clear() {
        names = NO_NAMES;
        values = NO_VALUES;
        size = 0;
        marks = 0;
        shared = false;
        changes++;
    }

    @Override
    public Set<Map.Entry<String, @Nullable Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
                return new Entries();
            }

            @Override
            public void clear() {
                LeanHeaders.this.clear();
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<String, @Nullable Object>> {

        private final String[] ordered = orderedNames();
        private int next;
        private int seen = changes;

        @Override
        public boolean hasNext() {
            return next < ordered.length;
        }

        @Override
        public Map.Entry<String, @Nullable Object> next() {
            check();
            if (next >= ordered.length) {
                throw new NoSuchElementException();
            }
            var name = ordered[next++];
            return new Header(name, LeanHeaders.this.get(name));
        }

        @Override
        public void remove() {
            check();
            if (next == 0 || LeanHeaders.this.remove(ordered[next - 1]) == null && seen == changes) {
                throw new IllegalStateException();
            }
            seen = changes;
        }

        private void check() {
            if (seen != changes) {
                throw new ConcurrentModificationException();
            }
        }
    }

    /** Writes through. */
    private final class Header extends SimpleEntry<String, @Nullable Object> {

        private static final long serialVersionUID = 1L;

        private Header(String name, @Nullable Object value) {
            super(name, value);
        }

        @Override
        public @Nullable Object setValue(@Nullable Object value) {
            put(getKey(), value);
            return super.setValue(value);
        }
    }
}
