package io.blobcache.node.source;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several sources as one, each below a path of its own. These paths and the directories above them are made up: they are
 * there whatever the sources say. What is below a path is its source's alone, and nobody else is asked for it: so a source
 * that fails takes no other with it.
 *
 * <p>A blob has the id that its own source gives it. So what is cached stays valid when another source joins, or one is
 * moved to another path; and equal keys of two sources never meet.
 */
public final class MountedSources implements Source {
    /** Of what is made up. No source is named like this: all have a colon. */
    private static final String IDENTITY = "sources";

    /** Once one source has answered a check, the others have so much longer: a mount does not wait for a source in vain. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<Mounted> mounted;
    private final Duration patience;

    /**
     * A source and where it stands.
     *
     * @param path segments joined by {@code /}, not empty; none is the same as another's or below it
     */
    public record Mounted(String path, Source source) {

        private String inner(String full) {
            return full.length() <= path.length() ? "" : full.substring(path.length() + 1);
        }

        private SourceEntry outer(SourceEntry entry) {
            String full = path + "/" + entry.path();
            return switch (entry) {
                case SourceEntry.File file ->
                    new SourceEntry.File(full, file.version(), file.lengthBytes(), file.modified(), file.executable());
                case SourceEntry.Directory directory -> new SourceEntry.Directory(full, directory.modified());
                case SourceEntry.Symlink link -> new SourceEntry.Symlink(full, link.target(), link.modified());
            };
        }
    }

    public MountedSources(List<Mounted> mounted) {
        this(mounted, PATIENCE);
    }

    /** @param patience with sources that are late at a check when another has answered */
    MountedSources(List<Mounted> mounted, Duration patience) {
        this.mounted = List.copyOf(mounted);
        this.patience = patience;
    }

    @Override
    public String name() {
        return mounted.stream()
                .map(each -> each.path() + ": " + each.source().name())
                .collect(Collectors.joining(", "));
    }

    @Override
    public String identity() {
        return IDENTITY;
    }

    @Override
    public Source at(String path) {
        Mounted there = above(path);
        return there == null ? this : there.source().at(there.inner(path));
    }

    /** Succeeds with the first of the sources that does, and waits for the others only as long as they may be late. */
    @Override
    public void check() throws BlobException {
        new FirstAnswer(mounted.stream().map(Mounted::source).toList()).await(patience);
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        Mounted there = above(directory + "/");
        if (there == null) {
            return new ListingPage(madeUpIn(directory), "");
        }
        ListingPage page = there.source().list(there.inner(directory), afterToken);
        return new ListingPage(page.entries().stream().map(there::outer).toList(), page.nextToken());
    }

    @Override
    public boolean listsAll(String directory) {
        Mounted there = above(directory + "/");
        return there == null || there.source().listsAll(there.inner(directory));
    }

    @Override
    public SourceEntry stat(String path) throws BlobException {
        Mounted there = above(path);
        if (there != null) {
            return there.outer(there.source().stat(there.inner(path)));
        }
        if (path.isEmpty()
                || mounted.stream().anyMatch(each -> each.path().equals(path) || isBelow(each.path(), path))) {
            return new SourceEntry.Directory(path, Instant.EPOCH);
        }
        throw nothingAt(path);
    }

    /** Of its own source, but where this one has it. */
    @Override
    public Blob blob(String path, String version, long lengthBytes) {
        Mounted there = above(path);
        if (there == null) {
            return Blob.ofSource(IDENTITY, path, version, lengthBytes);
        }
        return there.source().blob(there.inner(path), version, lengthBytes).at(path);
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        Mounted there = above(blob.path());
        if (there == null) {
            throw nothingAt(blob.path());
        }
        there.source().read(blob.at(there.inner(blob.path())), offset, length, into, progress);
    }

    @Override
    public void close() {
        mounted.forEach(each -> each.source().close());
    }

    /** The source below whose path this one is; {@code null} if there is none, as above all of them. */
    private @Nullable Mounted above(String path) {
        for (Mounted each : mounted) {
            if (isBelow(path, each.path())) {
                return each;
            }
        }
        return null;
    }

    private List<SourceEntry> madeUpIn(String directory) throws BlobException {
        String before = directory.isEmpty() ? "" : directory + "/";
        List<SourceEntry> entries = mounted.stream()
                .map(Mounted::path)
                .filter(path -> path.startsWith(before))
                .map(path -> path.substring(0, endOfName(path, before.length())))
                .distinct()
                .sorted(Comparator.comparing(path -> path + "/", Utf8Order.COMPARATOR))
                .<SourceEntry>map(path -> new SourceEntry.Directory(path, Instant.EPOCH))
                .toList();
        if (entries.isEmpty()) {
            throw nothingAt(directory);
        }
        return entries;
    }

    private static int endOfName(String path, int start) {
        int slash = path.indexOf('/', start);
        return slash < 0 ? path.length() : slash;
    }

    private static boolean isBelow(String path, String directory) {
        return path.length() > directory.length()
                && path.charAt(directory.length()) == '/'
                && path.startsWith(directory);
    }

    private static BlobException.NotFound nothingAt(String path) {
        return new BlobException.NotFound("no source is mounted at " + path);
    }
}
