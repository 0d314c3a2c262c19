package io.blobcache.node.demo;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;

/** Answers ListObjectsV2 in XML. Keys are always URL-encoded, so none can break the XML. */
final class BucketListing {
    private static final int MAX_KEYS = 1000;

    /** The same moment for all: a listing of the same bucket is the same text. */
    static final String MODIFIED = "2025-01-01T00:00:00.000Z";

    private final NavigableMap<String, Long> lengths;
    private final String prefix;
    private final String delimiter;
    private final int maxKeys;
    private final StringBuilder entries = new StringBuilder();
    private int count;
    private String last;

    BucketListing(NavigableMap<String, Long> lengths, Map<String, String> query) {
        this.lengths = lengths;
        this.prefix = query.getOrDefault("prefix", "");
        this.delimiter = query.getOrDefault("delimiter", "");
        this.maxKeys = Math.clamp(Integer.parseInt(query.getOrDefault("max-keys", "1000")), 0, MAX_KEYS);
        String token = query.get("continuation-token");
        this.last = token == null
                ? query.getOrDefault("start-after", "")
                : new String(HexFormat.of().parseHex(token), StandardCharsets.UTF_8);
    }

    /** The token of a page is the last key or common prefix on it, in hexadecimal: a token is not URL-encoded. */
    String xml() {
        String next = nextKey();
        while (!next.isEmpty() && count < maxKeys) {
            add(next);
            next = nextKey();
        }
        boolean truncated = !next.isEmpty();
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                + "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><EncodingType>url</EncodingType>"
                + element("KeyCount", Integer.toString(count))
                + element("IsTruncated", Boolean.toString(truncated))
                + (truncated ? element("NextContinuationToken", token(last)) : "")
                + entries
                + "</ListBucketResult>";
    }

    /** Behind a common prefix, everything that begins with it is left out. */
    private String nextKey() {
        boolean group = !delimiter.isEmpty() && last.length() > prefix.length() && last.endsWith(delimiter);
        String after = group ? last + Character.MAX_VALUE : last;
        String key = after.compareTo(prefix) < 0 ? lengths.ceilingKey(prefix) : lengths.higherKey(after);
        return key != null && key.startsWith(prefix) ? key : "";
    }

    private void add(String key) {
        int cut = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
        last = cut < 0 ? key : key.substring(0, cut + delimiter.length());
        count++;
        if (cut >= 0) {
            entries.append("<CommonPrefixes>")
                    .append(element("Prefix", encoded(last)))
                    .append("</CommonPrefixes>");
            return;
        }
        long length = lengths.getOrDefault(key, 0L);
        entries.append("<Contents>")
                .append(element("Key", encoded(key)))
                .append(element("LastModified", MODIFIED))
                .append(element("ETag", "&quot;" + LocalBucket.eTag(key, length) + "&quot;"))
                .append(element("Size", Long.toString(length)))
                .append("</Contents>");
    }

    private static String element(String name, String text) {
        return "<" + name + ">" + text + "</" + name + ">";
    }

    private static String token(String last) {
        return HexFormat.of().formatHex(last.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
