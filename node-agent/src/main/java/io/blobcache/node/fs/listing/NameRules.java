package io.blobcache.node.fs.listing;

import org.jspecify.annotations.Nullable;

/**
 * Which names of a source are shown in a mount. A key of an object store may hold anything; a file name may not. A name
 * that does not fit is hidden and counted, never mapped to another one: a mapping would be a second way to say a path,
 * and every second way has been an escape somewhere.
 *
 * <table>
 * <caption>rules, by segment of a key</caption>
 * <tr><th>segment</th><th>in the mount</th></tr>
 * <tr><td>{@code .} or {@code ..}</td><td>hidden, with all below it</td></tr>
 * <tr><td>empty ({@code a//b}, {@code /a})</td><td>hidden, with all below it</td></tr>
 * <tr><td>empty at the end ({@code a/})</td><td>not an entry; it says that directory {@code a} exists</td></tr>
 * <tr><td>holds NUL</td><td>hidden</td></tr>
 * <tr><td>more than 255 bytes of UTF-8</td><td>hidden; looking it up is ENAMETOOLONG</td></tr>
 * <tr><td>unpaired surrogates (not UTF-8)</td><td>hidden</td></tr>
 * <tr><td>a file and a directory of one name</td><td>the directory is shown, the file is hidden</td></tr>
 * <tr><td>newline, {@code %}, {@code :}, {@code \}, right-to-left, leading {@code -}, case pairs</td>
 *     <td>ordinary: shown byte for byte; names that differ by case are different files</td></tr>
 * </table>
 */
public final class NameRules {

    /** NAME_MAX of Linux, in bytes of UTF-8; also FUSE_NAME_MAX of older kernels minus nothing. */
    public static final int MAX_NAME_BYTES = 255;

    /** PATH_MAX of Linux less its NUL: a longer link target can be given to no program. */
    public static final int MAX_TARGET_BYTES = 4095;

    private NameRules() {}

    /** The name of {@code path} in {@code directory}; {@code null} if it is hidden or not a child of it. */
    public static @Nullable String childName(String directory, String path) {
        if (directory.isEmpty()) {
            return shown(path) ? path : null;
        }
        int start = directory.length() + 1;
        if (path.length() <= start || !path.startsWith(directory) || path.charAt(start - 1) != '/') {
            return null;
        }
        String name = path.substring(start);
        return shown(name) ? name : null;
    }

    /** The path of {@code name} in {@code directory}. */
    public static String path(String directory, String name) {
        return directory.isEmpty() ? name : directory + '/' + name;
    }

    /** Whether a file of a mount can have this name. */
    public static boolean shown(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.length() > MAX_NAME_BYTES) {
            return false;
        }
        int bytes = utf8Length(name);
        return bytes >= 0 && bytes <= MAX_NAME_BYTES && name.indexOf('/') < 0 && name.indexOf('\0') < 0;
    }

    /** Bytes of {@code text} in UTF-8; -1 if it has none, because it holds half of a surrogate pair. */
    public static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return -1;
            }
        }
        return bytes;
    }

    /** For a log: printable ASCII as it is, all else as an escape, at most 300 characters of it. */
    public static String escaped(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length() && text.length() < 300; i++) {
            char c = name.charAt(i);
            if (c >= 0x20 && c < 0x7f && c != '\\') {
                text.append(c);
            } else {
                text.append("\\u%04x".formatted((int) c));
            }
        }
        return text.toString();
    }
}
