package io.penstock.route.lean;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.penstock.json.LateMapTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A lean record is Jackson's map in every respect, or is left to Jackson. */
class JsonRecordTest {

    private static final ObjectMapper JACKSON = new ObjectMapper();
    private static final ObjectReader READER = JACKSON.readerFor(Object.class);
    private static final List<String> NAMES = List.of("returnCode", "timestamp", "a", "b", "", "x y", "a.b");
    private static final List<String> PIECES = List.of("a", "错误", "\"", "\\", "/", "\n", "\u0000", "😀", "\ud83d", "é", "\u007f", "\uffff", " ");
    private static final String DAMAGE = "{}[]:,\"\\0-+.eEtfnu \n\u001f";

    @Property
    void isJacksonsMap(@ForAll long seed) throws IOException {
        isLeanAndJacksons(json(new Random(seed)));
    }

    /** What is no JSON any more, or other JSON, is Jackson's to judge. */
    @Property
    void staysJacksonsWhenBytesAreDamaged(@ForAll long seed) throws IOException {
        var random = new Random(seed);
        var json = json(random);
        for (int i = random.nextInt(3); i >= 0; i--) {
            json[random.nextInt(json.length)] = (byte) (random.nextBoolean() ? random.nextInt(256) : DAMAGE.charAt(random.nextInt(DAMAGE.length())));
        }
        isLeanAndJacksons(json);
        isLeanAndJacksons(Arrays.copyOf(json, random.nextInt(json.length)));
    }

    /** False if it is left to Jackson. */
    static boolean isLeanAndJacksons(byte[] json) throws IOException {
        var fields = JsonFields.of(json, 1);
        if (fields == null) {
            return false;
        }
        var jacksons = (LinkedHashMap<?, ?>) JACKSON.readValue(json, Object.class);
        for (var key : jacksons.keySet()) {
            var record = new JsonRecord(fields, READER);
            assertThat(record.containsKey(key)).isTrue();
            assertThat(record.get(key)).isEqualTo(jacksons.get(key));
            if (record.get(key) != null) {
                assertThat(record.get(key)).hasSameClassAs(jacksons.get(key));
            }
        }
        var record = new JsonRecord(fields, READER);
        assertThat(record.get("no such field")).isNull();
        assertThat(record.containsKey("no such field")).isFalse();
        assertThat(record.toString()).isEqualTo(jacksons.toString());
        assertThat(new JsonRecord(fields, READER)).isEqualTo(jacksons).hasSameHashCodeAs(jacksons);
        assertThat(jacksons).isEqualTo(new JsonRecord(fields, READER));
        assertThat(JACKSON.writeValueAsString(new JsonRecord(fields, READER))).isEqualTo(JACKSON.writeValueAsString(jacksons));
        return true;
    }

    private static byte[] json(Random random) throws IOException {
        var writer = random.nextBoolean() ? JACKSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII)
                : random.nextBoolean() ? JACKSON.writer() : JACKSON.writerWithDefaultPrettyPrinter();
        return writer.writeValueAsBytes(object(random, 3));
    }

    private static Map<String, Object> object(Random random, int depth) {
        var object = new LinkedHashMap<String, Object>();
        for (int i = random.nextInt(6); i > 0; i--) {
            object.put(random.nextInt(20) == 0 ? text(random) : NAMES.get(random.nextInt(NAMES.size())), value(random, depth));
        }
        return object;
    }

    private static @Nullable Object value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 9 : 12)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextLong() >> random.nextInt(64);
            case 2 -> random.nextGaussian() * Math.pow(10, random.nextInt(-300, 300));
            case 3 -> new BigInteger(random.nextInt(300), random);
            case 4 -> random.nextBoolean();
            case 5 -> null;
            case 6, 7, 8 -> text(random);
            case 9 -> List.of();
            case 10 -> object(random, depth - 1);
            default -> Stream.generate(() -> value(random, depth - 1)).limit(random.nextInt(4)).toList();
        };
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    @Test
    void theReferenceRecordIsLean() throws IOException {
        assertThat(isLeanAndJacksons("""
                {"version":1,"timestamp":1595944295,"returnValue":-1,"returnCode":101103,"big":9999999999999,"none":null,"yes":true,
                 "returnMessage":"return has no deal return error[错误:缺少**c参数][seqId:u3Becr8iz*]","data":[{"a":[1.5e3]}],"x":-0}
                """.getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(isLeanAndJacksons("{\"a\":1,\"b\":2,\"a\":3}".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(isLeanAndJacksons("{}".getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @Test
    void aFieldIsFoundAtTheEndOfTheLongestRecordAndByTheLongestName() throws IOException {
        var name = "n".repeat(999);
        var end = "\",\"" + name + "\":\"value\"}";
        var json = ("{\"n\":\"" + "x".repeat((1 << 20) - 6 - end.length()) + end).getBytes(StandardCharsets.UTF_8);
        assertThat(json).hasSize(1 << 20);
        assertThat(isLeanAndJacksons(json)).isTrue();
        assertThat(new JsonRecord(JsonFields.of(json, 1), READER).get(name + "n")).isNull();
        assertThat(JsonFields.of(("{\"" + name + "n\":1}").getBytes(StandardCharsets.UTF_8), 1)).isNull();
        assertThat(JsonFields.of(new String(json, StandardCharsets.UTF_8).concat(" ").getBytes(StandardCharsets.UTF_8), 1)).isNull();
    }

    @Test
    void whatIsNoPlainObjectIsLeftToJackson() {
        for (var json : List.of("", "{", "[]", "1", "\"a\"", "null", " {}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":NaN}",
                "{\"a\":tru}", "{\"a\":truex}", "{'a':1}", "{a:1}", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}", "{\"a\":[1,]}", "{\"a\":{\"b\":}}", "{\"a\":1", "{\"a\":1e}", "{\"a\":1e99999}", "{\"名\":1}",
                "{\"a\":1}}", "{\"a\":1} {}", "{}\u0000",
                "{\"a\":" + "[".repeat(1001) + "]".repeat(1001) + "}", "{\"a\":" + "1".repeat(1001) + "}", "{/**/}")) {
            assertThat(JsonFields.of(json.getBytes(StandardCharsets.UTF_8), 1)).as(json).isNull();
        }
        for (var text : List.of(new int[] { 0xc0, 0x80 }, new int[] { 0xed, 0xa0, 0x80 }, new int[] { 0xf4, 0x90, 0x80, 0x80 },
                new int[] { 0x80 }, new int[] { 0xe4, 0xb8 })) {
            var json = "{\"a\":\"....\"}".getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < text.length; i++) {
                json[6 + i] = (byte) text[i];
            }
            assertThat(JsonFields.of(json, 1)).isNull();
        }
    }

    @Test
    void itIsWrittenAndCopiedLikeAnyMap() throws Exception {
        var fields = JsonFields.of("{\"a\":1,\"b\":{\"c\":[2]}}".getBytes(StandardCharsets.UTF_8), 1);
        var written = new JsonRecord(fields, READER);
        written.put("d", "new");
        written.remove("a");
        assertThat(written).hasToString("{b={c=[2]}, d=new}");
        assertThat(written.get("a")).isNull();
        assertThat(new JsonRecord(fields, READER).clone()).isEqualTo(Map.of("a", 1, "b", Map.of("c", List.of(2))));
        assertThat(new HashMap<>(new JsonRecord(fields, READER))).hasSize(2);
        var inner = new JsonRecord(fields, READER);
        assertThat(inner.get("b")).isSameAs(inner.get("b"));
        var bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(new JsonRecord(fields, READER));
        assertThat(new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject())
                .isEqualTo(new JsonRecord(fields, READER));
    }

    @Test
    void eachMethodDoesWhatAMapsDoes() throws Exception {
        var json = "{\"a\":1,\"b\":{\"c\":[2]},\"none\":null}".getBytes(StandardCharsets.UTF_8);
        Map<String, Object> content = READER.readValue(json);
        LateMapTest.assertIsLikeA(content, () -> new JsonRecord(JsonFields.of(json, 1), READER));
    }
}
