package io.penstock.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ClockTextTest {

    private static final List<String> PATTERNS = List.of("yyyy-MM-dd HH:mm:ss", "uuuu/MM/dd", "dd.MM.yyyy HH:mm:ss.SSS", "yyyyMMddHHmmss",
            "HH:mm", "时间 yyyy年MM月dd日", "SSS");
    private static final List<String> ZONES = List.of("Asia/Shanghai", "UTC", "America/St_Johns", "Australia/Lord_Howe", "+05:45",
            "-18:00", "Africa/Monrovia");

    /** The seconds are those that {@link Epoch} lets through. */
    @Property
    void showsWhatTheFormatterShows(@ForAll @LongRange(min = -62_135_510_400L, max = 253_402_214_399L) long second,
            @ForAll @IntRange(max = 999_999_999) int nanos, @ForAll @IntRange(max = 6) int pattern, @ForAll @IntRange(max = 6) int zone) {
        var id = ZoneId.of(ZONES.get(zone));
        var time = Instant.ofEpochSecond(second, nanos);
        assertThat(ClockText.of(PATTERNS.get(pattern), id).orElseThrow().show(time))
                .isEqualTo(DateTimeFormatter.ofPattern(PATTERNS.get(pattern), Locale.ENGLISH).format(time.atZone(id)));
    }

    @Test
    void whatIsNotDigitsIsLeftToTheFormatter() {
        for (var pattern : List.of("yy-MM-dd", "yyyy-MMM-dd", "yyyy-M-d", "EEE dd", "hh:mm a", "yyyy-MM-dd'T'HH:mm", "HH:mm z", "YYYY", "DDD",
                "yyyy[-MM]", "SS", "yyyyy")) {
            assertThat(ClockText.of(pattern, ZoneId.of("UTC"))).as(pattern).isEmpty();
        }
    }
}
