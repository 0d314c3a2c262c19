package io.blobcache.node.source;

import java.util.Comparator;

/**
 * The order of strings by their UTF-8 bytes, which is the order of their code points. {@link String#compareTo} differs:
 * it puts U+FFFF before U+10000, because it compares halves of surrogate pairs.
 */
public final class Utf8Order {
    public static final Comparator<String> COMPARATOR = Utf8Order::compare;

    private Utf8Order() {}

    private static int compare(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean sameRange = Character.isSurrogate(a) == Character.isSurrogate(b);
                return sameRange ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
