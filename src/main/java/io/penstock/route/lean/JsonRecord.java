package io.penstock.route.lean;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectReader;
import io.penstock.json.LateMap;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/** The map that Jackson makes of a JSON object, made when more is asked of it than the value of a field here and there. */
@RegisterForReflection
public final class JsonRecord extends LateMap {

    private static final long serialVersionUID = 1L;

    private final transient ObjectReader reader;
    /** Null once the map is filled: it keeps nothing else. */
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
        return super.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        var fields = unread;
        return fields != null && key instanceof String name ? fields.find(name) >= 0 : super.containsKey(key);
    }

    @Override
    protected void addAll() {
        var fields = unread;
        if (fields == null) {
            return;
        }
        try {
            Map<String, @Nullable Object> all = reader.readValue(fields.json());
            for (var field : all.entrySet()) {
                add(field.getKey(), field.getValue());
            }
            unread = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
