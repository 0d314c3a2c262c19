package io.blobcache.operator.warmup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.blobcache.crd.BlobCacheWarmup;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The list of warmups that are under way, as agents read it. Equal warmups give equal text. */
public final class WarmupsText {
    /** A ConfigMap has 1 MiB, and the agents' configuration is in it too. What does not fit is told later. */
    private static final int MAX_CHARACTERS = 512 << 10;

    private static final ObjectMapper JSON = new ObjectMapper();

    private WarmupsText() {}

    /**
     * @param warmups of one BlobCache, also those that are not under way
     * @param nodes   on which it has agents
     */
    public static String of(Collection<BlobCacheWarmup> warmups, Collection<String> nodes) {
        StringBuilder text = new StringBuilder();
        List<BlobCacheWarmup> inOrder = warmups.stream()
                .sorted(Comparator.comparing(warmup -> warmup.getMetadata().getName()))
                .toList();
        for (BlobCacheWarmup warmup : inOrder) {
            String entry = entry(warmup, nodes).orElse("");
            if (text.length() + entry.length() <= MAX_CHARACTERS) {
                text.append(entry);
            }
        }
        return text.isEmpty() ? "warmups: []\n" : "warmups:\n" + text;
    }

    /** Whether agents have to be told something else: most changes of a warmup are only its progress. */
    public static boolean differ(BlobCacheWarmup now, BlobCacheWarmup before) {
        return !now.getSpec().equals(before.getSpec())
                || !Optional.ofNullable(Work.underWay(now)).equals(Optional.ofNullable(Work.underWay(before)));
    }

    private static Optional<String> entry(BlobCacheWarmup warmup, Collection<String> nodes) {
        return Optional.ofNullable(Work.underWay(warmup)).map(run -> {
            Work work = Work.of(warmup.getSpec());
            String upTo = work.upTo(nodes);
            return "  - {id: %s, paths: [%s], everywhere: %s,%s bytesPerSecond: %d, retries: %d}\n"
                    .formatted(
                            quoted(Work.id(warmup, run)),
                            work.paths().stream().map(WarmupsText::quoted).collect(Collectors.joining(", ")),
                            work.everywhere(),
                            upTo.isEmpty() ? "" : " upTo: " + quoted(upTo) + ",",
                            work.bytesPerSecond(),
                            work.retries());
        });
    }

    /** A string of JSON is one of YAML. */
    private static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a string can always be written", e);
        }
    }
}
