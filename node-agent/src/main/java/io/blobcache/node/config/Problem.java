package io.blobcache.node.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param key    where: the path in the file, or the file itself
 * @param line   1-based line of the file; 0 if there is none
 * @param remedy the rule that was broken, in words that say what to do
 * @param value  what stands there; empty if that is beside the point
 */
public record Problem(String key, int line, String remedy, String value) {

    private static final int MAX_CHARACTERS = 300;

    /** The same in another place: who knows the line is seldom who knows the rule. */
    public Problem at(String newKey, int newLine) {
        return new Problem(newKey, newLine, remedy, value);
    }

    Problem atLine(int newLine) {
        return at(key, newLine);
    }

    /** In one line: key, rule, value. */
    public String text() {
        String where = line > 0 ? "line " + line + ": " : "";
        return where + printable(key) + " " + printable(remedy) + (value.isEmpty() ? "" : ", was: " + printable(value));
    }

    /** What a file says may hold line breaks and escape codes, and may be long: none of it reaches a terminal. */
    private static String printable(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= MAX_CHARACTERS ? line : line.substring(0, MAX_CHARACTERS) + "...";
    }
}
