package io.blobcache.node.cli;

import io.blobcache.node.admin.StatusText;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/** One line that shows how far a long piece of work has come; on a terminal only, elsewhere nothing. Thread-safe. */
final class ProgressLine {
    private static final int BAR_CHARACTERS = 28;

    /** Ten times a second looks smooth; more only costs. */
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintWriter out;
    private final boolean shown;
    private long drawnNanos;

    ProgressLine(PrintWriter out, boolean shown) {
        this.out = out;
        this.shown = shown;
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 25 gives none without a terminal, unless jdk.console says otherwise.
    static boolean terminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    synchronized void show(String what, long doneBytes, long allBytes, long nanos) {
        long now = System.nanoTime();
        if (!shown || (doneBytes < allBytes && now - drawnNanos < REDRAW_NANOS)) {
            return;
        }
        drawnNanos = now;
        int filled = (int) (BAR_CHARACTERS * doneBytes / Math.max(1, allBytes));
        String bar = "#".repeat(filled) + ".".repeat(BAR_CHARACTERS - filled);
        String speed = StatusText.bytes((long) (doneBytes * 1e9 / Math.max(1, nanos)));
        out.print(String.format(
                Locale.ROOT,
                "\r\u001b[K%-32s [%s] %3d %%  %s/s",
                what,
                bar,
                100 * doneBytes / Math.max(1, allBytes),
                speed));
        out.flush();
    }

    synchronized void clear() {
        if (shown) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
