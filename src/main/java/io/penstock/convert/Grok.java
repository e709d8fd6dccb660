package io.penstock.convert;

import io.krakens.grok.api.GrokCompiler;
import io.krakens.grok.api.exception.GrokException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Makes a regular expression of Logstash's named patterns, {@code %{IP:client}}; those the java-grok library brings along. */
final class Grok {

    private Grok() {
    }

    /**
     * A compiled pattern.
     *
     * @param groups the numbers of the groups that have a name; several if the name stands in several branches
     */
    record Compiled(Pattern pattern, Map<String, List<Integer>> groups) {
    }

    /** @throws IllegalArgumentException saying what is wrong */
    static Compiled compile(String text) {
        var grok = expanded(text);
        try {
            var pattern = Pattern.compile(grok.getNamedRegex());
            var groups = new LinkedHashMap<String, List<Integer>>();
            pattern.namedGroups().entrySet().stream().sorted(Map.Entry.comparingByValue()).forEach(group -> {
                var name = String.valueOf(grok.getNamedRegexCollectionById(group.getKey()));
                if (name.contains(":") || name.contains(";")) {
                    throw new IllegalArgumentException("wants no type in %{" + name + "}: give the field a type instead");
                }
                groups.computeIfAbsent(name, _ -> new ArrayList<>()).add(group.getValue());
            });
            return new Compiled(pattern, groups);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("is no regular expression: " + e.getDescription());
        }
    }

    private static io.krakens.grok.api.Grok expanded(String text) {
        var compiler = GrokCompiler.newInstance();
        compiler.registerDefaultPatterns();
        try {
            return compiler.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("is no regular expression: " + e.getDescription());
        } catch (GrokException | IllegalArgumentException e) {
            throw new IllegalArgumentException("is no grok pattern: " + e.getMessage());
        }
    }
}
