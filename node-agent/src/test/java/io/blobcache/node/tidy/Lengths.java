package io.blobcache.node.tidy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** How long files and methods may be. */
final class Lengths {
    static final int MAX_FILE_LINES = 400;
    static final int UNEXPLAINED_FILE_LINES = 200;
    static final int MAX_METHOD_LINES = 60;

    /** Files of more than 200 lines, tests not included, each with the reason why it is one idea nevertheless. */
    static final Map<String, String> LONG_FILES = Map.ofEntries(
            Map.entry("config/MeshConfig.java", "one entry a setting"),
            Map.entry("mesh/server/MeshServer.java", "one builder: every limit of the server, with its reason"),
            Map.entry("metrics/Metric.java", "one entry a metric"),
            Map.entry("posix/Posix.java", "one method a system call, all of one shape"),
            Map.entry("tier/TieredReader.java", "the one loop between the tiers, and what is counted of it"),
            Map.entry("buffer/BufferPool.java", "one lock: who takes, who waits, who gives back"),
            Map.entry("tier/BlockBringer.java", "one way from a wish to bytes: a buffer, a peer, the source"),
            Map.entry("tier/SingleFlight.java", "one state machine: splitting it would spread its lock"),
            Map.entry("tier/BlockFetch.java", "one state machine: splitting it would spread its lock"),
            Map.entry("tier/disk/DiskTier.java", "the disk tier's states and what each call does in them"),
            Map.entry("tier/disk/WriteQueue.java", "a write, its queue and its thread: one life, ended in one place"),
            Map.entry("tier/disk/DiskUpkeep.java", "all that the disk tier does by itself, on one clock"),
            Map.entry("fs/listing/Listing.java", "one state machine: who fills it, who waits, who holds it"),
            Map.entry("fs/listing/Listings.java", "the life of a listing: asked for once, filled, kept, handed out"),
            Map.entry("fs/BlobFileSystem.java", "one method a request of the kernel"),
            Map.entry("fuse/kernel/FuseOperations.java", "one method an opcode"),
            Map.entry("prefetch/Cursor.java", "one state machine: where a reader is and what it wants next"),
            Map.entry("prefetch/ReadWindow.java", "the face of a file's cursors: one lock"));

    private static final Pattern TYPE = Pattern.compile("\\b(class|interface|enum|record|@interface)\\s+\\w+");

    private Lengths() {}

    static List<Violation> ofFile(SourceFile file) {
        int lines = file.lines();
        if (lines > MAX_FILE_LINES) {
            return List.of(new Violation(file.path(), lines, "a file has at most 400 lines: cut it into two ideas"));
        }
        boolean explained = file.isTest() || LONG_FILES.keySet().stream().anyMatch(file.path()::endsWith);
        if (lines > UNEXPLAINED_FILE_LINES && !explained) {
            return List.of(new Violation(
                    file.path(), lines, "a file of more than 200 lines has its reason in Lengths.LONG_FILES"));
        }
        return List.of();
    }

    /** Counts from the brace that opens a body to the one that closes it. */
    static List<Violation> ofMethods(SourceFile file) {
        List<Violation> violations = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>();
        String code = file.code();
        int headerStart = 0;
        for (int at = 0; at < code.length(); at++) {
            char c = code.charAt(at);
            if (c == '{') {
                open.push(isType(code.substring(headerStart, at)) ? -1 : at);
            } else if (c == '}' && !open.isEmpty()) {
                int begin = open.pop();
                // Only what stands in a type directly is a method; the rest is inside of one.
                boolean method = begin >= 0 && (open.isEmpty() || open.peek() < 0);
                int lines = method ? file.lineOf(at) - file.lineOf(begin) + 1 : 0;
                if (lines > MAX_METHOD_LINES) {
                    violations.add(file.violation(begin, "a method has at most 60 lines, this one " + lines));
                }
            }
            if (c == '{' || c == '}' || c == ';') {
                headerStart = at + 1;
            }
        }
        return violations;
    }

    private static boolean isType(String header) {
        return TYPE.matcher(header).find();
    }
}
