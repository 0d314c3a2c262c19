package io.blobcache.node.warmup;

import io.blobcache.node.model.StoredPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which files a path of a warmup means: a file, all that is in a directory, what a glob matches ({@code *} within a name,
 * {@code **} over any number of directories), or stored content by its digest.
 *
 * <p>A path is followed name by name, as a walk goes down a tree. Where it can be after some names is a set of places in
 * the glob, one bit each: so no glob takes longer than its length times the path's.
 */
final class PathGlob {
    /** Bits of a long, less the one behind the last name. */
    static final int MAX_NAMES = 63;

    private static final String DIGEST = "sha256:";
    private static final String ANY_DIRECTORIES = "**";
    private static final String ANY_NAME = "*";

    private final String text;
    private final String path;
    private final List<String> names;

    private PathGlob(String text, String path, List<String> names) {
        this.text = text;
        this.path = path;
        this.names = List.copyOf(names);
    }

    /** @throws IllegalArgumentException if it has more than {@value #MAX_NAMES} names */
    static PathGlob of(String text) {
        String path = text.startsWith(DIGEST) ? StoredPath.of(text.substring(DIGEST.length())) : text;
        List<String> names = new ArrayList<>(Arrays.asList(path.split("/", -1)));
        if (names.getLast().equals(ANY_DIRECTORIES)) {
            names.add(ANY_NAME); // What is in the directories, and not a file of the first one's name.
        }
        if (names.size() > MAX_NAMES) {
            throw new IllegalArgumentException("must have at most " + MAX_NAMES + " names");
        }
        return new PathGlob(text, path, names);
    }

    /** As it was said. */
    String text() {
        return text;
    }

    /** Names one file or one directory. */
    boolean literal() {
        return path.indexOf('*') < 0;
    }

    /** Of what a literal one names. */
    String path() {
        return path;
    }

    /** The deepest directory that holds all that it matches; empty for the root. */
    String root() {
        int literal = 0;
        while (literal < names.size() - 1 && names.get(literal).indexOf('*') < 0) {
            literal++;
        }
        return String.join("/", names.subList(0, literal));
    }

    boolean matches(String file) {
        if (literal()) {
            return file.equals(path) || file.startsWith(path + "/");
        }
        return accepts(placesIn(file));
    }

    /** Where the glob can be after all names of a path; 0 if no file below it matches. */
    long placesIn(String directory) {
        long places = spread(1);
        if (directory.isEmpty()) {
            return places;
        }
        for (String name : directory.split("/", -1)) {
            places = after(places, name);
        }
        return places;
    }

    /** Where it can be after one name more. */
    long after(long places, String name) {
        long next = 0;
        for (int place = 0; place < names.size(); place++) {
            if ((places & (1L << place)) != 0) {
                if (names.get(place).equals(ANY_DIRECTORIES)) {
                    next |= 1L << place;
                } else if (matchesName(names.get(place), name)) {
                    next |= 1L << (place + 1);
                }
            }
        }
        return spread(next);
    }

    /** Whether a file at these places matches. */
    boolean accepts(long places) {
        return (places & (1L << names.size())) != 0;
    }

    /** {@code **} may stand for no directory at all. */
    private long spread(long places) {
        long spread = places;
        for (int place = 0; place < names.size(); place++) {
            if ((spread & (1L << place)) != 0 && names.get(place).equals(ANY_DIRECTORIES)) {
                spread |= 1L << (place + 1);
            }
        }
        return spread;
    }

    /** Goes back to the last star only: what an earlier one takes more of, the later one could take. */
    private static boolean matchesName(String glob, String name) {
        int at = 0;
        int star = -1;
        int resume = 0;
        int inGlob = 0;
        while (at < name.length()) {
            if (inGlob < glob.length() && glob.charAt(inGlob) == '*') {
                star = inGlob++;
                resume = at;
            } else if (inGlob < glob.length() && glob.charAt(inGlob) == name.charAt(at)) {
                inGlob++;
                at++;
            } else if (star >= 0) {
                inGlob = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (inGlob < glob.length() && glob.charAt(inGlob) == '*') {
            inGlob++;
        }
        return inGlob == glob.length();
    }
}
