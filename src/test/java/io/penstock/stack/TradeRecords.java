package io.penstock.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Records of the reference job with a known right answer for each. Number 0 is the reference record of design.md; the others
 * vary, and the same seed and number always give the same record. Any thread.
 *
 * @param filteredShare of all records, 0 to 1, have returnCode 0
 * @param brokenShare   of all records, 0 to 1, can never be stored, in every way of {@link Broken}
 * @param largestBytes  how large records get, about: most stay as small as the reference record, few come near it, and what makes
 *                      them larger is in {@code data}, which no document has; 0 for none larger
 */
public record TradeRecords(long seed, double filteredShare, double brokenShare, int largestBytes) {

    /** Kafka header with the record's number, for a look at whether headers get through. */
    public static final String NUMBER_HEADER = "trade-number";

    static final String REFERENCE = """
            {"version":1,"componentName":"trade","timestamp":1595944295,"eventId":9128499,"returnValue":-1,\
            "returnCode":101103,\
            "returnMessage":"return has no deal return error[错误:缺少**c参数][seqId:u3Becr8iz*]",\
            "data":[],"seqId":"@kibana-highlighted-field@u3Becr8iz@/kibana-highlighted-field@*"}""";

    private static final String KEY = "trade-";
    private static final int REFERENCE_BYTES = REFERENCE.getBytes(StandardCharsets.UTF_8).length;
    private static final int ENTRY_BYTES = 50;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter ESCAPED = JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);
    private static final DateTimeFormatter SHANGHAI =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.of("Asia/Shanghai"));

    private static final List<String> ERRORS = List.of("return has no deal return error", "timeout", "交易失败", "order rejected: price",
            "erreur d'accès", "支付超时 timeout", "0", "a.b.c/d?e=f&g=%20", "quoted \"error\" \\ backslash");
    // No brackets: where a message that has some ends is the route author's to say
    private static final List<String> MESSAGES = List.of("错误:缺少**c参数", "insufficient balance", "余额不足,请充值后再试", "😀 emoji 🚀 both planes",
            "مرحبا بالعالم", "e\u0301 combining, \u200D joiner", "tab\there", "quote \" and \\ backslash and / slash",
            "<script>alert(1)</script> & ${body} {{x}} #{y}", "价格 ¥12.50", "ß Ω ж ñ ї", "null", "0", "a longer message that goes on: 参数不合法,请检查输入内容后重新提交订单。");

    /** Every way in which a generated record is broken. */
    public enum Broken {
        NOT_JSON, CUT_OFF, EMPTY, TOMBSTONE, ARRAY, NUMBER, TEXT, FIELD_MISSING, FIELD_NULL, OTHER_MESSAGE, TIMESTAMP_NOT_A_NUMBER,
        RETURN_CODE_NOT_A_NUMBER
    }

    public TradeRecords(long seed, double filteredShare, double brokenShare) {
        this(seed, filteredShare, brokenShare, 0);
    }

    /** 10 % filtered and 1 % broken. */
    public TradeRecords(long seed) {
        this(seed, 0.10, 0.01);
    }

    public Trade trade(int number) {
        var random = new SplittableRandom(seed * 1_000_003 + number);
        var key = (KEY + number).getBytes(StandardCharsets.UTF_8);
        if (number == 0) {
            return new Trade(0, key, REFERENCE.getBytes(StandardCharsets.UTF_8), new Trade.Stored(document(
                    1595944295, 101103, "return has no deal return error", "错误:缺少**c参数", "u3Becr8iz*")));
        }
        double kind = random.nextDouble();
        var requestId = requestId(number, random);
        long timestamp = random.nextInt(10) == 0 ? random.nextLong(0, 1L << 31) : random.nextLong(1_500_000_000, 1_800_000_000);
        int returnCode = kind < filteredShare ? 0 : random.nextInt(5) == 0 ? -random.nextInt(1, 1_000) : random.nextInt(1, 1_000_000);
        var error = ERRORS.get(random.nextInt(ERRORS.size()));
        var message = MESSAGES.get(random.nextInt(MESSAGES.size())) + " " + random.nextInt(1_000);
        var fields = fields(random, timestamp, returnCode, error + "[" + message + "][seqId:" + requestId + "]", requestId);
        if (kind < filteredShare) {
            return new Trade(number, key, json(fields, random), new Trade.Filtered());
        }
        if (kind < filteredShare + brokenShare) {
            return broken(number, key, fields, random);
        }
        return new Trade(number, key, json(fields, random),
                new Trade.Stored(document(timestamp, returnCode, error, message, requestId)));
    }

    /** As a record for {@code topic}, the partition left to the key. */
    public ProducerRecord<byte[], byte[]> record(String topic, int number) {
        return record(topic, trade(number));
    }

    /** As a record for {@code topic}, the partition left to the key. */
    public static ProducerRecord<byte[], byte[]> record(String topic, Trade trade) {
        return new ProducerRecord<>(topic, null, null, trade.key(), trade.value(), List.of(header(trade.number())));
    }

    /** Whether it is one of these records, and is to leave no trace. */
    public boolean isFiltered(ConsumerRecord<byte[], byte[]> record) {
        int number = number(record.key());
        return number >= 0 && trade(number).outcome() instanceof Trade.Filtered;
    }

    /**
     * Produces the records from {@code first} up to, not including, {@code end}, and returns when the broker has acknowledged
     * all of them.
     *
     * @throws IllegalStateException when one was not
     */
    public void produce(KafkaBroker kafka, String topic, int first, int end) {
        var failure = new AtomicReference<@Nullable Exception>();
        try (var producer = kafka.producer()) {
            for (int number = first; number < end && failure.get() == null; number++) {
                producer.send(record(topic, number), (_, exception) -> {
                    if (exception != null) {
                        failure.set(exception);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("Not every record for " + topic + " was acknowledged", failure.get());
        }
    }

    static RecordHeader header(int number) {
        return new RecordHeader(NUMBER_HEADER, String.valueOf(number).getBytes(StandardCharsets.UTF_8));
    }

    /** The number in a record's key; -1 when it is not one of ours. */
    public static int number(byte @Nullable [] key) {
        var text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        return text.matches(KEY + "\\d{1,9}") ? Integer.parseInt(text.substring(KEY.length())) : -1;
    }

    private static Trade broken(int number, byte[] key, Map<String, @Nullable Object> fields, SplittableRandom random) {
        return switch (pick(random, Broken.values())) {
            case NOT_JSON -> anyReason(number, key, bytes("trade " + number + " 不是 JSON"));
            case CUT_OFF -> anyReason(number, key, cut(json(fields, random)));
            case EMPTY -> anyReason(number, key, new byte[0]);
            case TOMBSTONE -> anyReason(number, key, null);
            case ARRAY -> anyReason(number, key, bytes("[" + new String(json(fields, random), StandardCharsets.UTF_8) + "]"));
            case NUMBER -> anyReason(number, key, bytes(String.valueOf(number)));
            case TEXT -> anyReason(number, key, bytes("\"trade " + number + "\""));
            case FIELD_MISSING -> {
                var field = pick(random, "timestamp", "returnMessage", "returnCode");
                fields.remove(field);
                yield because(field, number, key, json(fields, random));
            }
            case FIELD_NULL -> {
                var field = pick(random, "timestamp", "returnMessage", "returnCode");
                fields.put(field, null);
                yield because(field, number, key, json(fields, random));
            }
            case OTHER_MESSAGE -> {
                fields.put("returnMessage", pick(random, "no brackets at all", "", "error[message]",
                        "error[message][requestId:1]", "[", 5, List.of("a", "b"), Map.of("text", "error")));
                yield because("returnMessage", number, key, json(fields, random));
            }
            case TIMESTAMP_NOT_A_NUMBER -> {
                fields.put("timestamp", pick(random, "yesterday", "2020-07-28 21:51:35", "", true, List.of(), Map.of("s", 1)));
                yield because("timestamp", number, key, json(fields, random));
            }
            case RETURN_CODE_NOT_A_NUMBER -> {
                fields.put("returnCode", pick(random, "E101103", "none", List.of(1), Map.of("code", 101103)));
                yield because("returnCode", number, key, json(fields, random));
            }
        };
    }

    private static Trade anyReason(int number, byte[] key, byte @Nullable [] value) {
        return new Trade(number, key, value, new Trade.DeadLettered(Pattern.compile(".")));
    }

    /** Source and target fields have different names, and a reason may well name either. */
    private static Trade because(String field, int number, byte[] key, byte[] value) {
        var named = field.equals("returnMessage") ? "returnMessage|returnError|requestId" : field;
        return new Trade(number, key, value, new Trade.DeadLettered(Pattern.compile(named)));
    }

    private Map<String, @Nullable Object> fields(SplittableRandom random, long timestamp, int returnCode, String returnMessage,
            String requestId) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("version", 1);
        fields.put("componentName", "trade");
        fields.put("timestamp", timestamp);
        fields.put("eventId", random.nextInt(1, 10_000_000));
        fields.put("returnValue", -1);
        fields.put("returnCode", returnCode);
        fields.put("returnMessage", returnMessage);
        var data = random.nextInt(4) == 0 ? List.of(sorted(Map.of("price", 12.5, "名", "值")), List.of()) : List.of();
        fields.put("data", largestBytes == 0 ? data : filled(random));
        fields.put("seqId", "@kibana-highlighted-field@" + requestId + "@/kibana-highlighted-field@*");
        return fields;
    }

    /** Half of them less than a fifth more than the reference record, one in twenty more than half of the largest. */
    private List<Map<String, Object>> filled(SplittableRandom random) {
        double bytes = REFERENCE_BYTES * Math.pow((double) largestBytes / REFERENCE_BYTES, Math.pow(random.nextDouble(), 4));
        var data = new ArrayList<Map<String, Object>>();
        for (double left = bytes - REFERENCE_BYTES; left > ENTRY_BYTES / 2.0; left -= ENTRY_BYTES) {
            data.add(sorted(Map.of("price", random.nextInt(100_000) / 100.0, "名", pick(random, "值", "value", "数量 \"2\""),
                    "id", random.nextInt())));
        }
        return data;
    }

    private static Map<String, Object> document(long timestamp, int returnCode, String error, String message, String requestId) {
        var body = new LinkedHashMap<String, Object>();
        body.put("timestamp", SHANGHAI.format(Instant.ofEpochSecond(timestamp)));
        body.put("returnCode", returnCode);
        body.put("returnError", error);
        body.put("returnMessage", message);
        body.put("requestId", requestId);
        return Map.of("msgBody", body);
    }

    /** The same bytes for the same seed: {@link Map#of} has an order of its own in each process. */
    private static Map<String, Object> sorted(Map<String, Object> fields) {
        return new TreeMap<>(fields);
    }

    /** Unique among all numbers of a seed, so that a document stored under two ids is seen. */
    private static String requestId(int number, SplittableRandom random) {
        return "u" + number + "z" + Integer.toString(random.nextInt(36 * 36 * 36), 36) + "*";
    }

    private static byte[] json(Map<String, @Nullable Object> fields, SplittableRandom random) {
        try {
            return random.nextInt(8) == 0 ? ESCAPED.writeValueAsBytes(fields) : JSON.writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] cut(byte[] json) {
        return Arrays.copyOf(json, json.length / 2);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @SafeVarargs
    private static <T> T pick(SplittableRandom random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
