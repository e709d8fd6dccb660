package io.penstock.convert;

/**
 * Text a regular expression may look at only so often. {@link java.util.regex} can take time exponential in the text's
 * length, on the thread that polls; counting its looks bounds the time without a second thread.
 */
final class BoundedText implements CharSequence {

    /** The looks are used up. */
    static final class Exhausted extends RuntimeException {
        Exhausted() {
            super("the regular expression took too many steps", null, false, false);
        }
    }

    private final String text;
    private int looksLeft;

    BoundedText(String text, int looks) {
        this.text = text;
        this.looksLeft = looks;
    }

    @Override
    public char charAt(int index) {
        if (looksLeft-- <= 0) {
            throw new Exhausted();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
