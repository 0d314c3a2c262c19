package io.blobcache.node.source;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a user wrote as an address. Messages repeat the value, but never one that may hold a password. */
record AddressParser(
        @Nullable String endpoint,
        @Nullable String region,
        boolean pathStyle,
        @Nullable String within) {
    /** What any S3 server allows, not only AWS: no slash, nothing that would end a host name or a path. */
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");

    private static final String FORMS = "s3://bucket[/prefix], https://host/path, http://host/path or dir:PATH";

    SourceAddress parse(String source) {
        String scheme =
                source.contains(":") ? source.substring(0, source.indexOf(':')).toLowerCase(Locale.ROOT) : "";
        return switch (scheme) {
            case "s3" -> s3(withoutVolume(source));
            case "http", "https" -> http(withoutVolume(source));
            case "dir" -> directory(source);
            default -> throw wrong("source", "must be " + FORMS, safe(source));
        };
    }

    private SourceAddress.S3 s3(String source) {
        if (!source.regionMatches(true, 0, "s3://", 0, 5)) {
            throw wrong("source", "must be s3://bucket[/prefix]", source);
        }
        String rest = source.substring(5);
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        if (!BUCKET.matcher(bucket).matches()) {
            throw wrong(
                    "source",
                    "must name a bucket of 2 to 255 letters, digits, '.', '-' and '_' (s3://bucket)",
                    safe(source));
        }
        String prefix = slash < 0 ? "" : trimSlashes(rest.substring(slash));
        if (region != null && !REGION.matcher(region).matches()) {
            throw wrong("region", "must be a name such as eu-central-1", region);
        }
        return new SourceAddress.S3(bucket, prefix, endpointUri(), region, pathStyle);
    }

    private @Nullable URI endpointUri() {
        if (endpoint == null) {
            return null;
        }
        URI uri = webUri("endpoint", endpoint);
        if (uri.getRawQuery() != null
                || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
            throw wrong("endpoint", "must be scheme, host and port only, such as http://minio:9000", safe(endpoint));
        }
        return uri;
    }

    private SourceAddress.Http http(String source) {
        onlyForS3();
        URI uri = webUri("source", source);
        return new SourceAddress.Http(uri.getRawPath().isEmpty() ? uri.resolve("/") : uri);
    }

    private SourceAddress.Directory directory(String source) {
        onlyForS3();
        String path = source.substring("dir:".length());
        if (path.isEmpty()) {
            throw wrong("source", "must name a directory (dir:/data)", source);
        }
        try {
            Path directory = Path.of(path).toAbsolutePath().normalize();
            Path volume =
                    within == null ? null : Path.of(within).toAbsolutePath().normalize();
            if (volume != null && !directory.startsWith(volume)) {
                throw wrong("source", "must be " + volume + " or a directory in it", source);
            }
            return new SourceAddress.Directory(directory, volume);
        } catch (InvalidPathException e) {
            throw wrong("source", "must name a directory (dir:/data)", source);
        }
    }

    private void onlyForS3() {
        if (endpoint != null || region != null) {
            String field = endpoint != null ? "endpoint" : "region";
            throw wrong(field, "belongs to an s3:// source: leave it out", endpoint != null ? safe(endpoint) : region);
        }
    }

    private String withoutVolume(String source) {
        if (within != null) {
            throw wrong("within", "belongs to a dir: source: leave it out", within);
        }
        return source;
    }

    private static URI webUri(String field, String text) {
        try {
            URI uri = new URI(text).normalize();
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getRawFragment() != null) {
                throw wrong(field, "must be an http:// or https:// address with a host and no '#'", safe(text));
            }
            if (uri.getRawUserInfo() != null) {
                throw wrong(field, "must not hold a user or password: it would end up in logs", safe(text));
            }
            return uri;
        } catch (URISyntaxException e) {
            throw wrong(field, "must be an address, with %XX for special characters", safe(text));
        }
    }

    /** Scheme, host and port, each written in one way. */
    static String server(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int usualPort = scheme.equals("https") ? 443 : 80;
        int port = uri.getPort() < 0 ? usualPort : uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }

    static String withoutQuery(URI uri) {
        String text = uri.toString();
        String query = uri.getRawQuery();
        return query == null ? text : text.substring(0, text.indexOf('?')) + "?" + digest(query);
    }

    /** Leaves out what stands before an '@' and after a '?'. */
    private static String safe(@Nullable String text) {
        String shown = text == null ? "" : text.replaceAll("//[^/]*@", "//***@");
        int query = shown.indexOf('?');
        return query < 0 ? shown : shown.substring(0, query) + "?***";
    }

    private static String trimSlashes(String path) {
        int start = 0;
        int end = path.length();
        while (start < end && path.charAt(start) == '/') {
            start++;
        }
        while (end > start && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(start, end);
    }

    /** 64 bits tell the queries of one user apart. */
    private static String digest(String query) {
        try {
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(query.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha256, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static IllegalArgumentException wrong(String field, String rule, @Nullable String value) {
        return new IllegalArgumentException("%s %s, was: %s".formatted(field, rule, value));
    }
}
