package io.blobcache.operator.status;

/** What somebody else said, short enough to stand in a condition beside others of its kind. */
final class Brief {
    /** As what an agent says itself: five of them are one screen. */
    private static final int MAX = 200;

    private Brief() {}

    static String of(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() > MAX ? line.substring(0, MAX) + "..." : line;
    }
}
