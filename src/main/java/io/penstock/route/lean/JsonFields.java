package io.penstock.route.lean;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * Where the fields of a JSON object are in its bytes. It knows only what it is sure that Jackson takes, with its default limits:
 * everything else, right or wrong, is Jackson's to judge. Immutable once made.
 */
final class JsonFields {

    /** A value that is an object, a list, or a number that is no whole one of 64 bits. */
    static final Object COMPLEX = new Object();

    private static final int MAX_DEPTH = 60;
    private static final int LENGTH_BITS = 20;
    private static final int MAX_LENGTH = 1 << LENGTH_BITS;
    /** Has to fit into the bits that {@link #LENGTH_BITS} leaves. */
    private static final int MAX_NAME = 1_000;
    private static final int MAX_NUMBER = 100;
    /** Digits that always fit a long. */
    private static final int LONG_DIGITS = 18;
    /** Begin and, above it, length of the name; begin and end of the value, the end of one with escapes as its complement. */
    private static final int PER_FIELD = 3;

    private static final byte[] TRUE = { 't', 'r', 'u', 'e' };
    private static final byte[] FALSE = { 'f', 'a', 'l', 's', 'e' };
    private static final byte[] NULL = { 'n', 'u', 'l', 'l' };

    private final byte[] json;
    private int[] places;
    private int count;
    private int at;
    private boolean escaped;

    private JsonFields(byte[] json, int expected) {
        this.json = json;
        this.places = new int[PER_FIELD * expected];
    }

    /**
     * Null if it is anything but an object that Jackson is known to take.
     *
     * @param expected how many fields it is made for, at least 1; it may have any number
     */
    static @Nullable JsonFields of(byte[] json, int expected) {
        if (json.length < 2 || json.length > MAX_LENGTH || json[0] != '{') {
            return null;
        }
        var fields = new JsonFields(json, expected);
        fields.at = 1;
        try {
            return fields.object() && fields.isThatAll() ? fields : null;
        } catch (ArrayIndexOutOfBoundsException cutOff) {
            return null;
        }
    }

    byte[] json() {
        return json;
    }

    /** How many fields there are, counting each of the same name. */
    int count() {
        return count;
    }

    /** The last field of that name, as Jackson would have it; -1 if there is none. The name is ASCII. */
    int find(String name) {
        for (int i = PER_FIELD * (count - 1); i >= 0; i -= PER_FIELD) {
            if (places[i] >>> LENGTH_BITS == name.length() && isAt(places[i] & MAX_LENGTH - 1, name)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isAt(int begin, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (json[begin + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The value of a field {@link #find found}; {@link #COMPLEX} if it takes Jackson to have it. */
    @Nullable Object value(int field) {
        int begin = places[field + 1];
        int end = places[field + 2];
        if (end < 0) {
            return json[begin] == '"' ? unescaped(begin + 1, ~end - 1) : COMPLEX;
        }
        return switch (json[begin]) {
            case '"' -> new String(json, begin + 1, end - begin - 2, StandardCharsets.UTF_8);
            case 't' -> Boolean.TRUE;
            case 'f' -> Boolean.FALSE;
            case 'n' -> null;
            case '{', '[' -> COMPLEX;
            default -> number(begin, end);
        };
    }

    private String unescaped(int begin, int end) {
        var text = new StringBuilder(end - begin);
        int from = begin;
        for (int i = begin; i < end; i++) {
            if (json[i] == '\\') {
                text.append(new String(json, from, i - from, StandardCharsets.UTF_8));
                char c = (char) json[++i];
                if (c == 'u') {
                    text.append((char) (hex(i + 1) << 12 | hex(i + 2) << 8 | hex(i + 3) << 4 | hex(i + 4)));
                    i += 4;
                } else {
                    text.append(switch (c) {
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        default -> c;
                    });
                }
                from = i + 1;
            }
        }
        return text.append(new String(json, from, end - from, StandardCharsets.UTF_8)).toString();
    }

    private int hex(int i) {
        return HexFormat.fromHexDigit(json[i]);
    }

    private Object number(int begin, int end) {
        boolean negative = json[begin] == '-';
        int first = negative ? begin + 1 : begin;
        if (end - first > LONG_DIGITS) {
            return COMPLEX;
        }
        long number = 0;
        for (int i = first; i < end; i++) {
            int digit = json[i] - '0';
            if (digit < 0 || digit > 9) {
                return COMPLEX;
            }
            number = 10 * number + digit;
        }
        long signed = negative ? -number : number;
        if (signed == (int) signed) {
            return (int) signed;
        }
        return signed;
    }

    /** Behind the opening brace of the outermost object. */
    private boolean object() {
        int c = nextByte();
        if (c == '}') {
            return true;
        }
        while (true) {
            int name = at;
            if (c != '"' || !isPlainName()) {
                return false;
            }
            int nameEnd = at - 1;
            if (nextByte() != ':') {
                return false;
            }
            c = nextByte();
            int value = at - 1;
            escaped = false;
            if (!value(c, 1)) {
                return false;
            }
            add(name, nameEnd, value, escaped ? ~at : at);
            c = nextByte();
            if (c == '}') {
                return true;
            }
            if (c != ',') {
                return false;
            }
            c = nextByte();
        }
    }

    private boolean isThatAll() {
        for (int i = at; i < json.length; i++) {
            if (json[i] != ' ' && json[i] != '\n' && json[i] != '\r' && json[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private void add(int name, int nameEnd, int value, int valueEnd) {
        int i = PER_FIELD * count++;
        if (i == places.length) {
            places = Arrays.copyOf(places, 2 * i);
        }
        places[i] = nameEnd - name << LENGTH_BITS | name;
        places[i + 1] = value;
        places[i + 2] = valueEnd;
    }

    /** The next byte that is no space; {@code at} is behind it. */
    private int nextByte() {
        int c = json[at++];
        // Short enough for the native executable's compiler, too, to have it where it is called.
        return c > ' ' ? c : behindSpace(c);
    }

    private int behindSpace(int first) {
        int c = first;
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            c = json[at++];
        }
        return c;
    }

    /** A name in ASCII without escapes; behind its opening quote. */
    private boolean isPlainName() {
        int begin = at;
        int i = begin;
        int c = json[i++];
        while (c != '"') {
            if (c < ' ' || c == '\\') {
                return false;
            }
            c = json[i++];
        }
        at = i;
        return i - begin <= MAX_NAME;
    }

    /** The value whose first byte was read; {@code at} is behind it afterwards. */
    private boolean value(int c, int depth) {
        return switch (c) {
            case '"' -> string();
            case '{' -> depth < MAX_DEPTH && inner(depth + 1);
            case '[' -> depth < MAX_DEPTH && list(depth + 1);
            case 't' -> word(TRUE);
            case 'f' -> word(FALSE);
            case 'n' -> word(NULL);
            default -> number(c);
        };
    }

    private boolean inner(int depth) {
        int c = nextByte();
        if (c == '}') {
            return true;
        }
        while (true) {
            int begin = at;
            if (c != '"' || !string() || at - begin > MAX_NAME || nextByte() != ':' || !value(nextByte(), depth)) {
                return false;
            }
            c = nextByte();
            if (c == '}') {
                return true;
            }
            if (c != ',') {
                return false;
            }
            c = nextByte();
        }
    }

    private boolean list(int depth) {
        int c = nextByte();
        if (c == ']') {
            return true;
        }
        while (true) {
            if (!value(c, depth)) {
                return false;
            }
            c = nextByte();
            if (c == ']') {
                return true;
            }
            if (c != ',') {
                return false;
            }
            c = nextByte();
        }
    }

    private boolean word(byte[] word) {
        for (int i = 1; i < word.length; i++) {
            if (json[at++] != word[i]) {
                return false;
            }
        }
        return isEnd(json[at]);
    }

    private boolean number(int first) {
        int begin = at;
        int c = first == '-' ? json[at++] : first;
        if (c == '0') {
            c = json[at++];
        } else if (c >= '1' && c <= '9') {
            c = digits();
        } else {
            return false;
        }
        if (c == '.') {
            int from = at;
            c = digits();
            if (at - from < 2) {
                return false;
            }
        }
        if (c == 'e' || c == 'E') {
            if (json[at] == '+' || json[at] == '-') {
                at++;
            }
            int from = at;
            c = digits();
            // A long exponent may be more than Jackson wants to have anything to do with.
            if (at - from < 2 || at - from > 4) {
                return false;
            }
        }
        at--;
        return at - begin <= MAX_NUMBER && isEnd(c);
    }

    /** Returns the first byte that is no digit; {@code at} is behind it. */
    private int digits() {
        int i = at;
        int c = json[i++];
        while (c >= '0' && c <= '9') {
            c = json[i++];
        }
        at = i;
        return c;
    }

    private static boolean isEnd(int c) {
        return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    /** Text in well-formed UTF-8 with right escapes; behind its opening quote. */
    private boolean string() {
        while (true) {
            // Here it spends its time: a local variable stays in a register.
            int i = at;
            int c = json[i++];
            while (c >= ' ' && c != '"' && c != '\\') {
                c = json[i++];
            }
            at = i;
            if (c == '"') {
                return true;
            }
            if (c == '\\' ? !escape() : c >= 0 || !multiByte(c & 0xff)) {
                return false;
            }
        }
    }

    private boolean escape() {
        escaped = true;
        switch (json[at++]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return true;
            }
            case 'u' -> {
                for (int i = 0; i < 4; i++) {
                    if (Character.digit(json[at++], 16) < 0) {
                        return false;
                    }
                }
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** The rest of a character; RFC 3629, section 4. */
    private boolean multiByte(int first) {
        if (first >= 0xc2 && first <= 0xdf) {
            return follows(0x80, 0xbf);
        }
        if (first >= 0xe0 && first <= 0xef) {
            return follows(first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && follows(0x80, 0xbf);
        }
        return first >= 0xf0 && first <= 0xf4 && follows(first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf)
                && follows(0x80, 0xbf) && follows(0x80, 0xbf);
    }

    private boolean follows(int least, int most) {
        int c = json[at++] & 0xff;
        return c >= least && c <= most;
    }
}
