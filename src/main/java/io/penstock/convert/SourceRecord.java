package io.penstock.convert;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One record while it is converted: its fields, its headers and what the patterns found in them, each looked for once. One thread. */
final class SourceRecord {

    private final Map<?, ?> fields;
    private final Map<String, Object> headers;
    private final Match.@Nullable Found[] found;

    SourceRecord(Map<?, ?> fields, Map<String, Object> headers, int matches) {
        this.fields = fields;
        this.headers = headers;
        this.found = new Match.Found[matches];
    }

    @Nullable Object at(Place place) {
        return place.in(fields, headers);
    }

    /** The first of the groups that took part. */
    @Nullable String group(String field, Match match, List<Integer> groups) {
        var result = found[match.slot()];
        if (result == null) {
            var value = at(match.from());
            if (value == null) {
                return null;
            }
            result = match.find(field, value);
            found[match.slot()] = result;
        }
        for (int i = 0; i < groups.size(); i++) {
            var text = result.group(groups.get(i));
            if (text != null) {
                return text;
            }
        }
        return null;
    }
}
