package io.blobcache.node.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of the requests to a source. */
public final class SourceCounters {
    /** Codes are HTTP statuses, {@code ok} of a directory, or one of a few words for what never answered. */
    private static final int MAX_CODES = 64;

    private final Map<String, LongAdder> requestsByCode = new ConcurrentHashMap<>();

    /** Bytes of content that arrived, also of attempts that failed later. */
    public final LongAdder readBytes = Counting.adder();

    public final LongAdder retries = Counting.adder();

    public void request(String code) {
        LongAdder counter = requestsByCode.get(code);
        if (counter == null) {
            String bounded = requestsByCode.size() < MAX_CODES ? code : "other";
            counter = requestsByCode.computeIfAbsent(bounded, _ -> Counting.adder());
        }
        counter.increment();
    }

    public Map<String, LongAdder> requestsByCode() {
        return Map.copyOf(requestsByCode);
    }
}
