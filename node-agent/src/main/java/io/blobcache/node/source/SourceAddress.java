package io.blobcache.node.source;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a source is, as the user said it; never a credential. */
public sealed interface SourceAddress {

    /** The address in one line, without what may be secret: what people are shown. */
    String name();

    /** Tells this source from all others, without what may be secret: part of each blob's identity. */
    default String identity() {
        return name();
    }

    /**
     * Understands {@code s3://bucket[/prefix]}, {@code http(s)://host/path} and {@code dir:PATH}.
     *
     * @param endpoint  for S3 only: another server than AWS's
     * @param region    for S3 only
     * @param pathStyle for S3 only: the bucket stands in the path of the URL and not in its host name
     * @throws IllegalArgumentException with field, value and remedy in one line
     */
    static SourceAddress parse(String source, @Nullable String endpoint, @Nullable String region, boolean pathStyle) {
        return new AddressParser(endpoint, region, pathStyle, null).parse(source);
    }

    /**
     * The same as an agent is told it.
     *
     * @param within for {@code dir:} only: see {@link Directory}
     */
    static SourceAddress parse(
            String source,
            @Nullable String endpoint,
            @Nullable String region,
            boolean pathStyle,
            @Nullable String within) {
        return new AddressParser(endpoint, region, pathStyle, within).parse(source);
    }

    /**
     * @param prefix without leading or trailing slash; empty for the whole bucket
     * @param endpoint another server than AWS's; {@code null} for AWS
     * @param region {@code null} for the default chain's
     */
    record S3(
            String bucket,
            String prefix,
            @Nullable URI endpoint,
            @Nullable String region,
            boolean pathStyle) implements SourceAddress {
        @Override
        public String name() {
            return prefix.isEmpty() ? "s3://" + bucket : "s3://" + bucket + "/" + prefix;
        }

        /**
         * With the endpoint in front: two servers may each have a bucket of one name. AWS needs none and no region,
         * because a name is given once for all its regions. No host holds the space that follows.
         */
        @Override
        public String identity() {
            return endpoint == null ? name() : AddressParser.server(endpoint) + " " + name();
        }
    }

    /** One file, or a manifest. */
    record Http(URI uri) implements SourceAddress {
        /** A query may hold a signature that grants access: it is named by its digest. */
        @Override
        public String name() {
            return AddressParser.withoutQuery(uri);
        }
    }

    /**
     * @param within a directory above it, or itself, which no link in the path may leave; {@code null} where links may lead
     *     anywhere
     */
    record Directory(Path path, @Nullable Path within) implements SourceAddress {
        public Directory(Path path) {
            this(path, null);
        }

        @Override
        public String name() {
            return "dir:" + path;
        }
    }
}
