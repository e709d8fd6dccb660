package io.penstock.convert;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One record while it is converted: its fields and what the patterns found in them, each looked for once. One thread. */
final class SourceRecord {

    private final Map<?, ?> fields;
    private final Match.@Nullable Found[] found;

    SourceRecord(Map<?, ?> fields, int matches) {
        this.fields = fields;
        this.found = new Match.Found[matches];
    }

    @Nullable Object at(Path path) {
        return path.find(fields);
    }

    @Nullable String group(String field, Match match, int group) {
        var result = found[match.slot()];
        if (result == null) {
            var value = at(match.from());
            if (value == null) {
                return null;
            }
            result = match.find(field, value);
            found[match.slot()] = result;
        }
        return result.group(group);
    }
}
