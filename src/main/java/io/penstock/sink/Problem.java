package io.penstock.sink;

/**
 * Why Elasticsearch takes nothing at the moment.
 *
 * @param what   what was seen: a status and error type, or an exception type; never content
 * @param advice which setting or place to look at
 */
record Problem(String what, String advice) {

    @Override
    public String toString() {
        return what + "; " + advice;
    }
}
