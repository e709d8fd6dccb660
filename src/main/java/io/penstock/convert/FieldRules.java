package io.penstock.convert;

import io.penstock.json.DocumentFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The declared fields of a conversion. Immutable.
 *
 * @param rules   in the order they are to have in the document
 * @param targets the same fields as a tree
 * @param matches how many different regular expressions on source fields there are
 * @param flat    the same fields if none is below another name, otherwise null
 */
record FieldRules(List<FieldRule> rules, Targets targets, int matches, @Nullable DocumentFields flat) {

    static final FieldRules NONE = of(List.of(), new Targets(), 0);

    FieldRules {
        rules = List.copyOf(rules);
    }

    static FieldRules of(List<FieldRule> rules, Targets targets, int matches) {
        boolean isFlat = rules.stream().allMatch(rule -> rule.target().steps().size() == 1);
        return new FieldRules(rules, targets, matches,
                isFlat ? new DocumentFields(rules.stream().map(rule -> rule.target().lastName()).toList()) : null);
    }

    /**
     * Reads the declarations from YAML text.
     *
     * @throws IllegalArgumentException naming the field, the option, what is wrong and what would be right
     */
    static FieldRules parse(String text) {
        if (!(load(text) instanceof Map<?, ?> declarations)) {
            throw new IllegalArgumentException("fields: declarations are wanted, one a line, as text after a bar, for Camel"
                    + " hands nested properties over without their order:\n  fields: |\n    code: { type: integer }");
        }
        var compiler = new RuleCompiler();
        declarations.forEach((names, options) -> {
            if (!(names instanceof String targetNames)) {
                throw new IllegalArgumentException("field " + names + ": put the name in quotes, it is " + Kind.of(names));
            }
            compiler.add(targetNames, options);
        });
        return compiler.compiled();
    }

    private static Object load(String text) {
        try {
            var loaded = new Load(LoadSettings.builder().setLabel("fields").build()).loadFromString(text);
            return loaded == null ? "" : loaded;
        } catch (MarkedYamlEngineException e) {
            var line = e.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1)
                    + ": ").orElse("");
            throw new IllegalArgumentException("fields: this is not YAML; " + line + YamlProblem.of(e)
                    + " (lines are counted from the bar)");
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("fields: this is not YAML; " + e.getMessage());
        }
    }

    List<FieldExplanation> explain(Map<?, ?> record, Map<String, Object> headers) {
        var source = new SourceRecord(record, headers, matches);
        return rules.stream().map(rule -> rule.explain(source)).toList();
    }

    /**
     * A document of these fields alone.
     *
     * @throws ConversionException if a field can't be had from the record
     */
    Map<String, Object> document(Map<?, ?> record, Map<String, Object> headers) {
        if (flat == null) {
            return apply(record, headers);
        }
        var source = new SourceRecord(record, headers, matches);
        var values = new Object[rules.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = rules.get(i).apply(source);
        }
        return flat.document(values);
    }

    /**
     * A document for others to add to.
     *
     * @throws ConversionException if a field can't be had from the record
     */
    Map<String, Object> apply(Map<?, ?> record, Map<String, Object> headers) {
        var source = new SourceRecord(record, headers, matches);
        var document = new LinkedHashMap<String, Object>();
        for (int i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            var value = rule.apply(source);
            if (value != null) {
                rule.target().put(document, value);
            }
        }
        return document;
    }
}
