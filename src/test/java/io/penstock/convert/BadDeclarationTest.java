package io.penstock.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the author of a bad declaration is told when the route loads. */
class BadDeclarationTest {

    private static void assertRefused(String fields, String... words) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new FieldConversion().setFields(fields))
                .satisfies(e -> assertThat(e).hasMessageContainingAll(words));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "{ frm: a }                                    | field f: there is no option frm; did you mean from?",
            "{ Type: long }                                | field f: there is no option Type; did you mean type?",
            "{ nonsense: 1 }                               | there is no option nonsense; there are from, type,",
            "{ from: }                                     | field f: from has no value",
            "{ from: 5 }                                   | field f: from wants text, found a number; put it in quotes",
            "{ from: a..b }                                | field f: from is no path: the path 'a..b' has a dot without",
            "{ from: 'a[0' }                               | has a [ without its ]",
            "{ from: 'a[x]' }                              | wants a list index like [0] or a quoted name",
            "{ from: 'a[-1]' }                             | wants a list index",
            "{ from: 'a[0]b' }                             | wants a dot after ]",
            "{ from: 'a]' }                                | has a ] without its [",
            "{ from: 'a.' }                                | ends with a dot",
            "{ from: '' }                                  | is empty",
            "{ type: int }                                 | type int is not known; there are string, integer, long",
            "{ type: integr }                              | field f: type integr is not known; did you mean integer?",
            "{ epoch: second }                             | epoch second is not known; did you mean seconds?",
            "{ epoch: seconds, format: 'yyyy-bb' }         | format 'yyyy-bb' is no date pattern:",
            "{ epoch: seconds, zone: Asia/Shangai }        | zone Asia/Shangai is not known; did you mean Asia/Shanghai?",
            "{ epoch: seconds, zone: Peking }              | zone Peking is not known; right are for instance",
            "{ epoch: seconds, type: long }                | epoch can't go with type: a time is shown as text",
            "{ format: yyyy }                              | format says nothing without epoch",
            "{ header: a, from: b }                        | field f: header can't go with from: the value comes from one",
            "{ header: 5 }                                 | header wants text, found a number",
            "{ date: 'yyyy-bb' }                           | date 'yyyy-bb' is no date pattern:",
            "{ date: 'MMM dd HH:mm:ss' }                   | is no date pattern: it needs a year, a month and a day",
            "{ date: 'yyyy-MM-dd hh:mm' }                  | it needs the hour of the day: HH, or hh with a",
            "{ date: iso, format: 'yyyy-bb' }              | format 'yyyy-bb' is no date pattern:",
            "{ date: iso, type: long }                     | date can't go with type: a time is shown as text",
            "{ date: iso, epoch: millis }                  | epoch can't go with date",
            "{ grok: '%{IPP:f}' }                          | field f: grok is no grok pattern",
            "{ grok: '%{IP:g}' }                           | field f: grok has no part named f; ",
            "{ grok: '%{IP:client}', group: clint }        | group clint is not in the pattern; did you mean client?",
            "{ grok: '%{NUMBER:f:int}' }                   | grok wants no type in %{f:int}: give the field a type",
            "{ grok: '%{IP:f}(' }                          | field f: grok is no regular expression: Unclosed group",
            "{ grok: a, match: b }                         | grok can't go with match",
            "{ zone: UTC }                                 | zone says nothing without epoch",
            "{ group: 1 }                                  | group says nothing without match",
            "{ constant: 1, from: a }                      | constant can't go with from: a constant is written as it is",
            "{ constant: 1, type: long }                   | constant can't go with type",
            "{ constant: 1, optional: true }               | constant can't go with optional",
            "{ default: 1, optional: true }                | default can't go with optional",
            "{ lowercase: true, uppercase: true }          | lowercase can't go with uppercase",
            "{ default: x, type: integer }                 | default is text that type integer can't convert",
            "{ optional: yes please }                      | optional wants true or false, found text",
            "{ trim: 1 }                                   | trim wants true or false, found a number",
            "{ match: '(' }                                | match is no regular expression: Unclosed group at character",
            "{ match: '(a)', group: 2 }                    | group 2 is not in the pattern; it has 1 group",
            "{ match: '(a)', group: -1 }                   | group -1 is not in the pattern",
            "{ match: '(?<one>a)', group: on }             | group on is not in the pattern; did you mean one?",
            "{ match: '(a)', group: one }                  | group one is not in the pattern; there are none that have",
            "{ match: '(a)(b)' }                           | match has 2 groups for 1 field; give it one group",
            "{ match: 5 }                                  | match wants text, found a number; put it in quotes",
            "hello                                         | its options are wanted, like { from: sourceField",
            "[a]                                           | found a list",
    })
    void isToldWhatIsWrongAndWhatWouldBeRight(String options, String message) {
        assertRefused("f: " + options, "field f: ", message);
    }

    @Test
    void severalFieldsNeedAGroupEach() {
        assertRefused("a, b: { from: t, match: '(x)' }", "field a, b: match has 1 group for 2 fields");
        assertRefused("a, b: { from: t, match: '(?<a>x)(?<c>y)' }", "field a, b: match has 2 groups for 2 fields");
        assertRefused("a, b: { from: t, match: '(x)(y)', group: 1 }", "field a, b: group is one group");
        assertRefused("a, b: { match: '(x)(y)' }", "field a, b: match for several fields needs from");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:\na, b:", "a:\na.b:", "a.b:\na:", "a.b.c:\na.b:", "a, a:"})
    void aFieldIsDeclaredOnceAndIsAValueOrAnObject(String fields) {
        assertRefused(fields, "field a", "declared");
    }

    @Test
    void targetNamesAreChecked() {
        assertRefused("a..b:", "field a..b: the path 'a..b' has a dot");
        assertRefused("a,:", "the path '' is empty");
        assertRefused("5:", "field 5: put the name in quotes");
    }

    @Test
    void yamlFaultsAreGivenWithTheirLine() {
        assertRefused("a: {}\nb: { from: c\nd: {}", "fields: this is not YAML; line 3");
        assertRefused("a: {}\na: {}", "fields: this is not YAML", "duplicate key a");
        for (var none : List.of("", "# nothing", "text", "[a]")) {
            assertRefused(none, "fields: declarations are wanted", "fields: |");
        }
    }

    @Test
    void keepDropAndIntoAreChecked() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new FieldConversion().setKeep("a.b"))
                .withMessageContainingAll("keep: a.b is below another field", "['a.b']");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new FieldConversion().setDrop("a,,b"))
                .withMessageContaining("drop: the path '' is empty; right are names with commas");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new FieldConversion().setInto(""))
                .withMessageContaining("into: the path '' is empty; right is for instance msgBody");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> {
            var both = new FieldConversion();
            both.setKeep("a");
            both.setDrop("b");
        }).withMessageContaining("give one of them");
    }

    @Test
    void aConversionThatDeclaresSomethingStarts() {
        var conversion = new FieldConversion();
        conversion.setDrop("a");
        assertThatNoException().isThrownBy(conversion::start);
    }
}
