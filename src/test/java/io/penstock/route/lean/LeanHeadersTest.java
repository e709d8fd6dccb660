package io.penstock.route.lean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Headers behave as in Camel's own map, a tree map of names in any case. */
class LeanHeadersTest {

    record Step(int what, String name, int value) {
    }

    @Property
    void behaveLikeATreeMap(@ForAll("steps") List<Step> steps) {
        Map<String, Object> model = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Map<String, Object> headers = new LeanHeadersFactory().newMap();
        // What was copied stays as it is, whatever happens to the copy, and the other way round.
        var others = new ArrayList<Map.Entry<Map<String, Object>, Map<String, Object>>>();
        for (var step : steps) {
            switch (step.what) {
                case 0 -> assertThat(headers.remove(step.name)).isEqualTo(model.remove(step.name));
                case 1 -> {
                    var copy = new LeanHeadersFactory().newMap(headers);
                    others.add(Map.entry(step.value % 2 == 0 ? headers : copy, copy(model)));
                    headers = step.value % 2 == 0 ? copy : headers;
                }
                case 2 -> assertThat(headers.keySet().removeIf(step.name::equalsIgnoreCase))
                        .isEqualTo(model.keySet().removeIf(step.name::equalsIgnoreCase));
                case 3 -> {
                    for (var entry : headers.entrySet()) {
                        entry.setValue(step.value);
                    }
                    model.replaceAll((name, value) -> step.value);
                }
                case 4 -> {
                    headers.putAll(Map.of(step.name, step.value, step.name + 'Z', 1));
                    model.putAll(Map.of(step.name, step.value, step.name + 'Z', 1));
                }
                case 5 -> {
                    headers.clear();
                    model.clear();
                }
                default -> assertThat(headers.put(step.name, step.value)).isEqualTo(model.put(step.name, step.value));
            }
            assertThat(headers.get(step.name)).isEqualTo(model.get(step.name));
            assertThat(headers.containsKey(step.name)).isEqualTo(model.containsKey(step.name));
            assertThat(headers).hasToString(model.toString()).hasSize(model.size()).isEqualTo(model).hasSameHashCodeAs(model);
        }
        assertThat(others).allSatisfy(other -> assertThat(other.getKey()).isEqualTo(other.getValue()));
    }

    private static Map<String, Object> copy(Map<String, Object> model) {
        Map<String, Object> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(model);
        return copy;
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        var name = Arbitraries.oneOf(Arbitraries.of("kafka.TOPIC", "Kafka.topic", "CamelMessageTimestamp", "a", "A", "b", "名", "ß", "SS"),
                Arbitraries.strings().alpha().ofMaxLength(3));
        return Combinators.combine(Arbitraries.integers().between(0, 24), name, Arbitraries.integers()).as(Step::new).list().ofMaxSize(150);
    }
}
