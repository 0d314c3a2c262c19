package io.blobcache.node.source.http;

import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.SourceEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** The files of a manifest as directories and pages. Immutable. */
final class ManifestTree {
    private static final int PAGE_ENTRIES = 1000;

    /** The character behind the slash: what is below a directory ends before it. */
    private static final char BEHIND_SLASH = '/' + 1;

    private final NavigableMap<String, ManifestFile> files;
    private final Instant modified;

    /** @param modified of the manifest: its files do not say */
    ManifestTree(NavigableMap<String, ManifestFile> files, Instant modified) {
        this.files = files;
        this.modified = modified;
    }

    @Nullable
    ManifestFile file(String path) {
        return files.get(path);
    }

    /** @return {@code null} if there is nothing */
    @Nullable
    SourceEntry stat(String path) {
        ManifestFile file = files.get(path);
        if (file != null) {
            return entry(path, file);
        }
        String prefix = path + "/";
        String below = files.ceilingKey(prefix);
        boolean directory = path.isEmpty() || (below != null && below.startsWith(prefix));
        return directory ? new SourceEntry.Directory(path, modified) : null;
    }

    /** The token is the key of the last entry: a directory's ends in a slash. */
    ListingPage list(String directory, String afterToken) {
        String prefix = directory.isEmpty() ? "" : directory + "/";
        List<SourceEntry> entries = new ArrayList<>();
        String last = afterToken;
        Map.Entry<String, ManifestFile> next = behind(prefix, last);
        while (next != null && next.getKey().startsWith(prefix) && entries.size() < PAGE_ENTRIES) {
            String path = next.getKey();
            int slash = path.indexOf('/', prefix.length());
            if (slash < 0) {
                entries.add(entry(path, next.getValue()));
                last = path;
            } else {
                entries.add(new SourceEntry.Directory(path.substring(0, slash), modified));
                last = path.substring(0, slash + 1);
            }
            next = behind(prefix, last);
        }
        boolean more = next != null && next.getKey().startsWith(prefix);
        return new ListingPage(entries, more ? last : "");
    }

    private Map.@Nullable Entry<String, ManifestFile> behind(String prefix, String last) {
        if (last.isEmpty()) {
            return files.ceilingEntry(prefix);
        }
        return last.endsWith("/")
                ? files.ceilingEntry(last.substring(0, last.length() - 1) + BEHIND_SLASH)
                : files.higherEntry(last);
    }

    private SourceEntry.File entry(String path, ManifestFile file) {
        return new SourceEntry.File(path, file.version(), file.lengthBytes(), modified, file.executable());
    }
}
