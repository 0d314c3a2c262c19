package io.blobcache.node.source.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Small files of one directory, all as they were at one moment: never some of before a change and some of after it.
 *
 * <p>A Secret that is mounted has its files in a directory of their own, to which the link {@code ..data} leads; a change is a
 * new such directory and a link that is exchanged at once. The names beside the link follow it one by one, so they are
 * not what is read. In a plain directory files are exchanged one after the other: what changed while it was read is read anew.
 *
 * @param names of those that may be there
 */
record SecretFiles(Path directory, List<String> names) {
    /** A session token has some 1,000 characters. */
    private static final int MAX_BYTES = 16 << 10;

    /** The kubelet changes a mounted Secret about once a minute at most; reading it takes less than a millisecond. */
    private static final int TRIES = 3;

    private static final Mark ABSENT = new Mark("", FileTime.fromMillis(0), -1);

    /** Tells a file from the one that takes its place. */
    private record Mark(String key, FileTime modified, long bytes) {}

    /** Equal as long as no file is exchanged, added or taken away. */
    record Version(Path place, List<Mark> marks) {}

    /** @param texts by name, without white space at their ends; what is not there is missing */
    record Content(Version version, Map<String, String> texts) {

        /** Names only: they are secrets. */
        @Override
        public String toString() {
            return "Content" + texts.keySet();
        }
    }

    Version version() {
        Path place = place();
        return new Version(
                place, names.stream().map(name -> mark(place.resolve(name))).toList());
    }

    /** @throws Credentials.Missing if a file cannot be read, or they change all the time */
    Content read() {
        Version before = version();
        for (int tries = 1; tries <= TRIES; tries++) {
            Map<String, String> texts = texts(before.place);
            Version after = version();
            if (after.equals(before)) {
                return new Content(after, texts);
            }
            before = after;
        }
        throw new Credentials.Missing(directory + " changes while it is read: exchange its files less often");
    }

    private Path place() {
        try {
            return directory.resolve("..data").toRealPath();
        } catch (IOException _) {
            // No Secret that is mounted, or not yet: its files are looked for, and missed, where they should be.
            return directory;
        }
    }

    private static Mark mark(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Mark(String.valueOf(found.fileKey()), found.lastModifiedTime(), found.size());
        } catch (IOException _) {
            // Whoever reads it says why.
            return ABSENT;
        }
    }

    private Map<String, String> texts(Path place) {
        Map<String, String> texts = new HashMap<>();
        for (String name : names) {
            String text = text(place, name);
            if (text != null) {
                texts.put(name, text);
            }
        }
        return texts;
    }

    private @Nullable String text(Path place, String name) {
        try (InputStream in = Files.newInputStream(place.resolve(name))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new Credentials.Missing(
                        "%s has more than %d bytes: correct it".formatted(directory.resolve(name), MAX_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException _) {
            return null;
        } catch (IOException e) {
            throw new Credentials.Missing("%s cannot be read (%s): correct its permissions"
                    .formatted(directory.resolve(name), e.getClass().getSimpleName()));
        }
    }
}
