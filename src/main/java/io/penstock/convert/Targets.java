package io.penstock.convert;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The declared fields as the tree the document will be, without values. */
final class Targets {

    private final Map<String, Targets> children = new HashMap<>();

    /** @throws IllegalArgumentException if the place, one above it or one below it is taken */
    void add(Path target) {
        var node = this;
        boolean isNew = false;
        for (var step : target.steps()) {
            if (node != this && !isNew && node.isField()) {
                throw new IllegalArgumentException(
                        "field " + target.text() + ": a field above it is declared too; a field is a value or an object");
            }
            isNew = !node.children.containsKey(step.name());
            node = node.children.computeIfAbsent(step.name(), _ -> new Targets());
        }
        if (!isNew) {
            throw new IllegalArgumentException("field " + target.text() + ": declared twice, or a field below it is declared");
        }
    }

    boolean isField() {
        return children.isEmpty();
    }

    @Nullable Targets child(String name) {
        return children.get(name);
    }
}
