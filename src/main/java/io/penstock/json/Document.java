package io.penstock.json;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/** An object of known fields, of which there is an array of values for as long as that is enough; {@link DocumentFields} makes it. */
@RegisterForReflection
public final class Document extends LateMap {

    private static final long serialVersionUID = 1L;

    // Nobody changes the array: what is put goes into the map.
    final transient DocumentFields fields;
    final transient @Nullable Object[] values;

    Document(DocumentFields fields, @Nullable Object[] values) {
        this.fields = fields;
        this.values = values;
    }

    boolean isOnlyValues() {
        return !isFilled();
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        if (isFilled()) {
            return super.get(key);
        }
        int field = fields.find(key);
        return field < 0 ? null : values[field];
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return isFilled() ? super.containsKey(key) : get(key) != null;
    }

    @Override
    public int size() {
        if (isFilled()) {
            return super.size();
        }
        int size = 0;
        for (var value : values) {
            size += value == null ? 0 : 1;
        }
        return size;
    }

    @Override
    public boolean isEmpty() {
        return isFilled() ? super.isEmpty() : size() == 0;
    }

    @Override
    protected void addAll() {
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                add(fields.name(i).getValue(), values[i]);
            }
        }
    }
}
