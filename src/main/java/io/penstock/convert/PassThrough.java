package io.penstock.convert;

import java.util.Map;
import java.util.Set;

/** Which of the record's own fields go into the document as they are, after the declared ones. */
sealed interface PassThrough {

    /** Adds them; a declared field wins over one passed through, an object takes in what is not declared of it. */
    void pass(Map<?, ?> record, Map<String, Object> document, Targets declared);

    record Nothing() implements PassThrough {
        @Override
        public void pass(Map<?, ?> record, Map<String, Object> document, Targets declared) {
            // the document is what was declared
        }
    }

    /** @param names in the order they are to have in the document */
    record Keep(Set<String> names) implements PassThrough {
        @Override
        public void pass(Map<?, ?> record, Map<String, Object> document, Targets declared) {
            for (var name : names) {
                if (record.containsKey(name)) {
                    put(name, record.get(name), document, declared);
                }
            }
        }
    }

    record Drop(Set<String> names) implements PassThrough {
        @Override
        public void pass(Map<?, ?> record, Map<String, Object> document, Targets declared) {
            record.forEach((key, value) -> {
                if (!names.contains(key)) {
                    put(String.valueOf(key), value, document, declared);
                }
            });
        }
    }

    private static void put(String name, Object value, Map<String, Object> document, Targets declared) {
        var target = declared.child(name);
        if (target == null) {
            document.put(name, value);
        } else if (!target.isField() && value instanceof Map<?, ?> object) {
            var inner = Path.objectAt(document, name);
            object.forEach((key, innerValue) -> put(String.valueOf(key), innerValue, inner, target));
        } else if (!target.isField()) {
            document.putIfAbsent(name, value);
        }
    }
}
