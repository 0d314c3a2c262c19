package io.blobcache.node.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What somebody may have meant who wrote a key that does not exist. */
final class Suggestion {
    private Suggestion() {}

    /**
     * @param key   the unknown one, with its section
     * @param known the keys of that section
     */
    static String of(String key, List<String> known) {
        String name = key.substring(key.lastIndexOf('.') + 1);
        for (SettingField field : Settings.all()) {
            boolean elsewhere = field.key().endsWith("." + name) && !known.contains(name);
            if (elsewhere) {
                return "did you mean " + field.key() + "?";
            }
        }
        return among(name, known);
    }

    /** The nearest of the known names if it is near, else all of them. */
    static String among(String name, List<String> known) {
        List<String> byDistance = new ArrayList<>(known);
        byDistance.sort(Comparator.comparingInt(candidate -> distance(name, candidate)));
        String nearest = byDistance.getFirst();
        // A third of the letters wrong is a slip; more is another word.
        if (distance(name, nearest) <= Math.max(2, nearest.length() / 3)) {
            return "did you mean " + nearest + "?";
        }
        return "known here are " + String.join(", ", known);
    }

    /** Levenshtein; case does not count. Keys longer than any of ours are cut, so that the work is bounded. */
    static int distance(String typed, String known) {
        String one = typed.substring(0, Math.min(typed.length(), 64)).toLowerCase(Locale.ROOT);
        String other = known.toLowerCase(Locale.ROOT);
        int[] previous = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int exchange = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(exchange, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
