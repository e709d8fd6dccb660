package io.penstock.faults;

import io.penstock.stack.Audit;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a scenario with one share of broken records.
 *
 * @param records  that were sent
 * @param audited  of them, records that were looked for: without those that are gone by the scenario's intent
 * @param audit    null where the scenario accounts for its records itself
 * @param otherLost records lost by the scenario's own account
 * @param tooEarly records that were committed before they were settled
 * @param checked  committed records whose document or dead letter was looked for meanwhile
 * @param remarks  what else was wrong
 * @param notes    worth knowing, and nothing wrong
 * @param logs     where Penstock's logs are
 * @param asExpected whether the audit shows what the scenario expects, which may be dead letters or vanished documents
 * @param peakRss  the most memory a Penstock process was seen to use, in bytes
 */
record Result(String scenario, double brokenShare, int records, long audited, int faults, @Nullable Audit audit, int otherLost,
        List<String> tooEarly, int checked,
        List<String> remarks, List<String> notes, List<Path> logs, boolean asExpected, boolean right, long seconds, long peakRss) {

    long lost() {
        return otherLost + (audit == null || asExpected ? 0 : audit.lost().size());
    }

    long duplicated() {
        return audit == null ? 0 : audit.duplicated().size();
    }

    /** Wrong content, wrongly stored or dead-lettered, wrong dead letters, unexplained. */
    long wrong() {
        return audit == null || asExpected ? 0 : audit.wrongContent().size() + audit.wronglyStored().size() + audit.wronglyDeadLettered().size()
                + audit.wrongDeadLetters().size() + audit.unexplained().size();
    }

    long uncommitted() {
        return audit == null ? 0 : audit.uncommitted().values().stream().mapToLong(Long::longValue).sum();
    }

    long rewritten() {
        return audit == null ? 0 : audit.rewritten();
    }

    long repeatedDeadLetters() {
        return audit == null ? 0 : audit.repeatedDeadLetters().size();
    }

    @Override
    public String toString() {
        return "%-5s %-26s %4.1f%% broken %,9d sent %,9d audited %3d faults  lost %d  duplicated %d  wrong %d  too early %d of %,d  "
                .formatted(right ? "ok" : "RED", scenario, brokenShare * 100, records, audited, faults, lost(), duplicated(), wrong(),
                        tooEarly.size(), checked)
                + "uncommitted %d  rewritten %d  repeated letters %d  %d s  %d MB".formatted(uncommitted(), rewritten(),
                        repeatedDeadLetters(), seconds, peakRss >> 20);
    }
}
