package io.blobcache.node.admin;

import com.google.errorprone.annotations.FormatMethod;
import io.blobcache.node.admin.AgentStatus.Tier;
import java.time.Duration;
import java.util.Locale;

/** A status as people read it: aligned columns, binary units. */
public final class StatusText {
    private static final String ROW = "  %-8s %11s %11s %12s %12s %11s   %s%n";
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private StatusText() {}

    public static String render(AgentStatus status) {
        StringBuilder text = new StringBuilder();
        line(text, "%s on %s", status.source(), status.directory());
        line(text, "  health    %s", status.ready() ? status.health() : "not ready: " + status.health());
        line(text, "  agent     pid %d, up %s, %s", status.pid(), uptime(status.uptime()), status.version());
        line(text, "  transport %s, %s", status.transport(), passthrough(status));
        line(text, "  state     %s", status.state());
        if (status.sources().size() > 1) {
            status.sources().forEach(source -> source(text, source));
        }
        text.append(String.format(Locale.ROOT, "%n" + ROW, "tier", "used", "capacity", "hits", "misses", "read", ""));
        for (Tier tier : status.tiers()) {
            row(text, tier);
        }
        AgentStatus.Mesh mesh = status.mesh();
        if (mesh.port() != 0) {
            text.append(String.format(
                    Locale.ROOT, ROW, "peer", "-", "-", mesh.hits(), mesh.misses(), bytes(mesh.readBytes()), ""));
        }
        AgentStatus.FromSource source = status.fromSource();
        text.append(String.format(
                Locale.ROOT, ROW, "source", "-", "-", source.fetches(), "-", bytes(source.readBytes()), ""));
        line(
                text,
                "%n  source    %d requests, %d retries, %d failed fetches, %s received, %d reads joined a fetch",
                source.requests(),
                source.retries(),
                source.failedFetches(),
                bytes(source.receivedBytes()),
                source.coalesced());
        if (mesh.port() != 0) {
            line(
                    text,
                    "  mesh      %d members (%d failing, %d quarantined), port %d, %s received, %s lent",
                    mesh.members(),
                    mesh.failing(),
                    mesh.quarantined(),
                    mesh.port(),
                    bytes(mesh.receivedBytes()),
                    bytes(mesh.lentBytes()));
        }
        AgentStatus.Prefetch prefetch = status.prefetch();
        line(
                text,
                "  prefetch  %s fetched, %s used, %s wasted",
                bytes(prefetch.fetchedBytes()),
                bytes(prefetch.usedBytes()),
                bytes(prefetch.wastedBytes()));
        AgentStatus.Buffers buffers = status.buffers();
        line(
                text,
                "  buffers   %s in use, %s allocated of %s",
                bytes(buffers.inUseBytes()),
                bytes(buffers.allocatedBytes()),
                bytes(buffers.budgetBytes()));
        status.warmups().forEach(warmup -> row(text, warmup));
        return text.toString();
    }

    private static void source(StringBuilder text, AgentStatus.Source source) {
        line(
                text,
                "  source    %s from %s: %s, %d requests, %s received",
                source.path(),
                source.name(),
                source.condition(),
                source.requests(),
                bytes(source.receivedBytes()));
    }

    /** Three digits, the unit that fits: {@code 12.3GiB}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        String form = unit == 0 || value >= 100 ? "%.0f%s" : "%.1f%s";
        return String.format(Locale.ROOT, form, value, UNITS[unit]);
    }

    private static void row(StringBuilder text, AgentStatus.Warmup warmup) {
        line(
                text,
                "  warmup    %s: %s, %d of %d files, %d failed, %s of %s",
                warmup.id(),
                warmup.state(),
                warmup.warmedFiles(),
                warmup.files(),
                warmup.failedFiles(),
                bytes(warmup.warmedBytes()),
                bytes(warmup.bytes()));
    }

    private static void row(StringBuilder text, Tier tier) {
        String notes = tier.condition().equals("ok") ? "" : tier.condition();
        if (tier.corruptBlocks() > 0) {
            notes += (notes.isEmpty() ? "" : "; ") + tier.corruptBlocks() + " damaged blocks dropped";
        }
        text.append(String.format(
                Locale.ROOT,
                ROW,
                tier.name(),
                bytes(tier.usedBytes()),
                bytes(tier.capacityBytes()),
                tier.hits(),
                tier.misses(),
                bytes(tier.readBytes()),
                notes));
    }

    private static String passthrough(AgentStatus status) {
        return status.passthrough()
                ? "passthrough (%d opens; their reads do not pass the agent)".formatted(status.passthroughOpens())
                : "no passthrough";
    }

    private static String uptime(Duration uptime) {
        long seconds = uptime.toSeconds();
        return seconds < 60
                ? seconds + " s"
                : seconds < 7200
                        ? seconds / 60 + " min"
                        : seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
    }

    @FormatMethod
    private static void line(StringBuilder text, String form, Object... values) {
        text.append(String.format(Locale.ROOT, form, values)).append(System.lineSeparator());
    }
}
