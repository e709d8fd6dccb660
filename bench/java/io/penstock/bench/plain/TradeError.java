package io.penstock.bench.plain;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The route's bean. Any thread. */
public final class TradeError {

    private static final DateTimeFormatter SHANGHAI =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.of("Asia/Shanghai"));
    private static final Pattern MESSAGE = Pattern.compile("^(.*?)\\[(.*)]\\[seqId:(.*)]$");

    /** @throws IllegalArgumentException if the message has another shape */
    public Map<String, Object> convert(Map<String, Object> record) {
        var message = MESSAGE.matcher((String) record.get("returnMessage"));
        if (!message.find()) {
            throw new IllegalArgumentException("returnMessage has another shape");
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("timestamp", SHANGHAI.format(Instant.ofEpochSecond(((Number) record.get("timestamp")).longValue())));
        body.put("returnCode", record.get("returnCode"));
        body.put("returnError", message.group(1));
        body.put("returnMessage", message.group(2));
        body.put("requestId", message.group(3));
        return Map.of("msgBody", body);
    }
}
