package io.penstock.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whoever looks at such a map finds a LinkedHashMap. */
public class LateMapTest {

    private static final DocumentFields FIELDS = new DocumentFields(List.of("zulu", "absent", "a", "错误", "list", "also absent"));

    private static Map<String, Object> document() {
        return FIELDS.document(new Object[] { "z", null, 1, Map.of("k", "v"), List.of(1, 2), null });
    }

    private static LinkedHashMap<String, Object> plain() {
        var plain = new LinkedHashMap<String, Object>();
        plain.put("zulu", "z");
        plain.put("a", 1);
        plain.put("错误", Map.of("k", "v"));
        plain.put("list", List.of(1, 2));
        return plain;
    }

    @Test
    void eachMethodDoesWhatAMapsDoes() throws Exception {
        assertIsLikeA(plain(), LateMapTest::document);
        assertIsLikeA(Map.of(), () -> new DocumentFields(List.of()).document(new Object[0]));
        assertIsLikeA(Map.of(), () -> new DocumentFields(List.of("absent")).document(new Object[1]));
    }

    /** A method that is not overridden would see an empty map: each is the first that is called, and nothing is wrong afterwards. */
    public static void assertIsLikeA(Map<String, Object> content, Supplier<? extends Map<?, ?>> late) throws Exception {
        List<Object> keys = new ArrayList<>(content.keySet());
        keys.addAll(List.of("no such field", "absent", 1));
        for (var type : List.of(Map.class, SequencedMap.class, HashMap.class, LinkedHashMap.class)) {
            for (Method method : type.getMethods()) {
                if (!Modifier.isStatic(method.getModifiers()) && !method.isBridge() && method.getDeclaringClass() != Object.class) {
                    for (var key : keys) {
                        var map = late.get();
                        var plain = new LinkedHashMap<>(content);
                        var value = content.get(key);
                        assertThat(called(method, map, key, value)).as("%s of %s", method, key)
                                .isEqualTo(called(method, plain, key, value));
                        assertThat(map.toString()).as("after %s of %s", method, key).isEqualTo(plain.toString());
                        assertThat(map).hasSameSizeAs(plain).isEqualTo(plain).hasSameHashCodeAs(plain);
                        assertThat(plain).isEqualTo(map);
                    }
                }
            }
        }
    }

    private static String called(Method method, Map<?, ?> map, Object key, Object value) throws Exception {
        var seen = new ArrayList<Object>();
        var types = method.getParameterTypes();
        var arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = switch (types[i].getSimpleName()) {
                case "Function" -> (Function<Object, Object>) name -> seen.add(name) ? "made of " + name : null;
                case "BiFunction" -> (BiFunction<Object, Object, Object>) (name, old) -> seen.add(name) && seen.add(old) ? "made" : null;
                case "BiConsumer" -> (BiConsumer<Object, Object>) (name, old) -> seen.add(name + "=" + old);
                case "Map" -> Map.of(key, "put");
                default -> i == 0 ? key : i == types.length - 1 && !method.getName().equals("remove") ? "put" : value;
            };
        }
        try {
            return method.invoke(map, arguments) + ", " + seen;
        } catch (InvocationTargetException e) {
            return e.getCause().toString();
        }
    }

    @Test
    void itsViewsAreTheMap() {
        var map = (SequencedMap<String, Object>) document();
        map.entrySet().iterator().next().setValue("changed");
        map.keySet().remove("a");
        map.values().remove(List.of(1, 2));
        map.reversed().putFirst("last", true);
        assertThat(map).hasToString("{zulu=changed, 错误={k=v}, last=true}");
        assertThat(map.get("a")).isNull();
        assertThat(map.containsKey("a")).isFalse();
        assertThat(map).hasSize(3);
        map.put("absent", null);
        assertThat(map.containsKey("absent")).isTrue();
    }

    @Test
    void itIsCopiedAndWrittenAsAMap() throws Exception {
        assertThat(new HashMap<>(document())).isEqualTo(plain());
        assertThat(Map.copyOf(document())).isEqualTo(plain());
        assertThat(((LinkedHashMap<?, ?>) document()).clone()).isEqualTo(plain()).isExactlyInstanceOf(LinkedHashMap.class);
        assertThat(new ObjectMapper().writeValueAsString(document())).isEqualTo(new ObjectMapper().writeValueAsString(plain()));
        var bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(document());
        assertThat(new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject()).isEqualTo(plain())
                .isExactlyInstanceOf(LinkedHashMap.class);
    }

    /** Branches of a multicast look at one body. */
    @Test
    void severalThreadsMayReadIt() throws Exception {
        var names = IntStream.range(0, 1_000).mapToObj(i -> "n" + i).toList();
        var fields = new DocumentFields(names);
        var looks = List.<Function<Map<String, Object>, Object>>of(map -> List.copyOf(map.keySet()), Map::toString,
                map -> map.get("n999"), Map::size);
        var expected = looks.stream().map(look -> look.apply(fields.document(names.toArray()))).toList();
        try (var threads = Executors.newFixedThreadPool(looks.size())) {
            for (int round = 0; round < 100; round++) {
                var map = fields.document(names.toArray());
                var started = new AtomicInteger();
                var answers = threads.invokeAll(looks.stream().<Callable<Object>>map(look -> () -> {
                    started.incrementAndGet();
                    while (started.get() < 2) {
                        Thread.onSpinWait();
                    }
                    return look.apply(map);
                }).toList());
                assertThat(answers).extracting(Future::get).isEqualTo(expected);
            }
        }
    }
}
