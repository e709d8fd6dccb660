package io.penstock.json;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/** The fields that documents of one kind may have, in their order, with names that are encoded once. For any number of threads. */
public final class DocumentFields {

    private final SerializedString[] names;
    private final boolean isEncodable;

    /** @param names no two of them the same */
    public DocumentFields(List<String> names) {
        this.names = new SerializedString[names.size()];
        boolean encodable = true;
        for (int i = 0; i < this.names.length; i++) {
            this.names[i] = new SerializedString(names.get(i));
            // Elsewhere Jackson writes both halves of such a character as escapes, and takes one half alone.
            encodable &= names.get(i).chars().noneMatch(c -> Character.isSurrogate((char) c));
        }
        isEncodable = encodable;
    }

    /**
     * A document, to be used like any {@link java.util.LinkedHashMap}.
     *
     * @param values one for each field, null if the document has no such field; left alone from here on
     */
    @SuppressWarnings({"unchecked", "rawtypes"}) // with names for keys
    public Map<String, Object> document(@Nullable Object[] values) {
        return (Map) new Document(this, values);
    }

    /** Those of a document that is its values and nothing more; null if it has to be asked for its entries, as any other map. */
    public static @Nullable DocumentFields of(Document document) {
        return document.isOnlyValues() && document.fields.isEncodable ? document.fields : null;
    }

    public int count() {
        return names.length;
    }

    public SerializableString name(int field) {
        return names[field];
    }

    /** What a document of these fields has been made of; null for none. */
    public @Nullable Object value(Document document, int field) {
        return document.values[field];
    }

    /** -1 if it is none of them. */
    int find(@Nullable Object name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].getValue().equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
