package io.blobcache.node.tidy;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Things that one gets used to and should not. */
final class Habits {
    private static final Pattern SLEEP = Pattern.compile("\\bThread\\.sleep\\(");
    private static final Pattern DISABLED = Pattern.compile("@(Disabled|Ignore)\\b");
    private static final Pattern UNDONE =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b(?!\\(#\\d+\\))(?! #\\d+)");
    private static final Pattern EMPTY_CATCH = Pattern.compile("\\bcatch\\s*\\([^)]*\\)\\s*\\{\\s*\\}");
    private static final Pattern PRINT = Pattern.compile("\\bSystem\\.(out|err)\\b|\\.printStackTrace\\(");
    private static final Pattern THROWABLE = Pattern.compile("\\bcatch\\s*\\((?:final )?Throwable\\b");
    private static final Pattern NAMED_BLOB = Pattern.compile("\\bBlob\\.ofSource\\(");
    private static final Pattern MOCKS = Pattern.compile("(?m)^import (?:static )?(org\\.mockito|org\\.easymock)");

    /** Tests that sleep for another reason than luck. */
    private static final Map<String, String> SLEEPERS = Map.of(
            "rig/Await.java", "waits between two looks, until a deadline",
            "fs/Poll.java", "waits between two looks, until a deadline",
            "tier/disk/DiskFixture.java", "waits between two looks, until a deadline",
            "fs/TreeSource.java", "plays a source that takes its time",
            "source/request/Faults.java", "plays a server that sends a byte now and then");

    private Habits() {}

    static List<Violation> sleepingTests(SourceFile file) {
        boolean excused = SLEEPERS.keySet().stream().anyMatch(file.path()::endsWith);
        return file.isTest() && !excused
                ? file.findInCode(SLEEP, _ -> "a test does not sleep for luck: wait for the event, with a deadline")
                : List.of();
    }

    static List<Violation> disabledTests(SourceFile file) {
        return file.findInCode(DISABLED, _ -> "a test that does not run is no test: mend it or delete it");
    }

    static List<Violation> todoWithoutIssue(SourceFile file) {
        return file.findInText(
                UNDONE, match -> match.group(1) + " needs the number of an issue: " + match.group(1) + "(#12)");
    }

    /** A comment in the block counts as a reason. */
    static List<Violation> emptyCatch(SourceFile file) {
        return file.findInText(EMPTY_CATCH, _ -> "nothing is swallowed: handle it, or say why it may be ignored");
    }

    static List<Violation> printing(SourceFile file) {
        return file.path().startsWith(Project.AGENT + "cli/")
                ? List.of()
                : file.findInCode(PRINT, _ -> "only cli prints: log it with keys, or return it");
    }

    static List<Violation> catchingThrowable(SourceFile file) {
        return file.path().startsWith(Project.AGENT + "posix/")
                ? List.of()
                : file.findInCode(THROWABLE, _ -> "catch what you handle: only posix has to catch Throwable");
    }

    /** Whoever makes an id of a path by itself fetches what nobody will read, once a mount has several sources. */
    static List<Violation> namingBlobs(SourceFile file) {
        boolean source = Stream.of("model/", "source/", "store/")
                .anyMatch(name -> file.path().startsWith(Project.AGENT + name));
        return source ? List.of() : file.findInCode(NAMED_BLOB, _ -> "a blob is named by its source: source.blob(...)");
    }

    static List<Violation> mocks(SourceFile file) {
        return file.findInCode(MOCKS, _ -> "no mocking library: write the fake, let it count and fail");
    }
}
