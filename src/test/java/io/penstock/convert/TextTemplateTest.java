package io.penstock.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A template finds what its pattern finds, and leaves to it only texts of several lines and those that take too long. */
class TextTemplateTest {

    @Property
    void findsWhatThePatternFinds(@ForAll("patterns") String regex, @ForAll("texts") String text) {
        var pattern = Pattern.compile(regex);
        var template = TextTemplate.of(pattern);
        assertThat(template).as(regex).isPresent();
        var found = text.contains("\n") ? null : bounds(pattern, text);
        assertThat(template.get().find(text)).as("%s in %s", regex, text).isEqualTo(found);
    }

    private static int[] bounds(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return new int[0];
        }
        var bounds = new int[2 * (matcher.groupCount() + 1)];
        for (int group = 0; group <= matcher.groupCount(); group++) {
            bounds[2 * group] = matcher.start(group);
            bounds[2 * group + 1] = matcher.end(group);
        }
        return bounds;
    }

    @Provide
    Arbitrary<String> patterns() {
        var gap = Arbitraries.of("(.*)", "(.*?)");
        var text = Arbitraries.of("\\[", "]", "a", "ab", "\\]\\[", ":", "\\.", "aa", "字");
        var inner = Combinators.combine(gap, text).as(String::concat).list().ofMinSize(0).ofMaxSize(3)
                .map(parts -> String.join("", parts));
        return Combinators.combine(inner, gap, Arbitraries.of("", "]", "\\]", "a", "b")).as((a, b, c) -> "^" + a + b + c + "$");
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("[", "]", "a", "b", "][", ":", ".", "字", "😀", "\ud83d", "\n", "c").list().ofMaxSize(14)
                .map(parts -> parts.stream().collect(Collectors.joining()));
    }

    @Test
    void whatIsNoTemplateIsLeftToThePattern() {
        for (var regex : List.of("(.*)a$", "^(.*)a", "^(.*)(.*)$", "^(.+)a$", "^(.*)a+$", "^(.*)\\d(.*)$", "^(.*)a\\$", "^(.*)[ab](.*)$",
                "^(.*)a|b(.*)$", "^(.*)?a$", "^(?<x>.*)a$", "^(.*)(?:a)$", "^(.*)a.(.*)$", "^(.*)\\Qa\\E$", "^(.*)😀$")) {
            assertThat(TextTemplate.of(Pattern.compile(regex))).as(regex).isEmpty();
        }
        assertThat(TextTemplate.of(Pattern.compile("^(.*)a$", Pattern.CASE_INSENSITIVE))).isEmpty();
    }

    @Test
    void whatTakesTooLongIsLeftToThePattern() {
        var template = TextTemplate.of(Pattern.compile("^(.*)a(.*)a(.*)a(.*)b$")).orElseThrow();
        assertThat(template.find("a".repeat(1000))).isNull();
        assertThat(template.find("a".repeat(1000) + 'b')).hasSize(10);
    }
}
