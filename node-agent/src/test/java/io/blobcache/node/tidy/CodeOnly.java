package io.blobcache.node.tidy;

/** Blanks comments, strings and characters of Java, so that a rule about code is not deceived by prose. */
final class CodeOnly {
    private static final String TEXT_BLOCK = "\"\"\"";

    private final String text;
    private final StringBuilder code;
    private int at;

    private CodeOnly(String text) {
        this.text = text;
        this.code = new StringBuilder(text.length());
    }

    /** As long as {@code text}, with the same line breaks. */
    static String of(String text) {
        return new CodeOnly(text).blanked();
    }

    private String blanked() {
        while (at < text.length()) {
            if (text.startsWith("//", at)) {
                blankTo(end("\n", at, 0));
            } else if (text.startsWith("/*", at)) {
                blankTo(end("*/", at + 2, 2));
            } else if (text.startsWith(TEXT_BLOCK, at)) {
                blankTo(end(TEXT_BLOCK, at + 3, 3));
            } else if (text.charAt(at) == '"' || text.charAt(at) == '\'') {
                blankTo(endOfLiteral(text.charAt(at)));
            } else {
                code.append(text.charAt(at++));
            }
        }
        return code.toString();
    }

    private int end(String mark, int from, int markLength) {
        int found = text.indexOf(mark, from);
        return found < 0 ? text.length() : found + markLength;
    }

    private int endOfLiteral(char quote) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(end + 1, text.length());
    }

    private void blankTo(int end) {
        for (; at < end; at++) {
            code.append(text.charAt(at) == '\n' ? '\n' : ' ');
        }
    }
}
