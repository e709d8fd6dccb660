package io.penstock.route.lean;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

class JsonRecordFuzzTest {

    @FuzzTest
    void aRecordIsJacksonsOrLeftToJackson(byte[] json) throws IOException {
        JsonRecordTest.isLeanAndJacksons(json);
    }
}
