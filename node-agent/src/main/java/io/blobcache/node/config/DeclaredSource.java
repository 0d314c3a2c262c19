package io.blobcache.node.config;

import java.util.regex.Pattern;

/** One source as the file declares it; what its parts mean is for the layer of sources to say. */
@Section(
        key = "sources",
        meaning =
                "Where the blobs of 'blobcache agent' come from: a list of one entry without a path, or of up to 16 with"
                        + " a path each. 'blobcache mount' takes its one source from its arguments. What the section"
                        + " `source` says holds for each entry by itself. Keys never stand here: they come from"
                        + " `credentials`, else from the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), a"
                        + " profile or the identity of the pod.")
public record DeclaredSource(
        @Setting(
                value = "",
                required = true,
                meaning =
                        "s3://BUCKET[/PREFIX], https://HOST/FILE, https://HOST/MANIFEST.json (also http://), or dir:PATH.",
                reason = "There is no source that fits everybody: an entry has to name one.")
        String url,

        @Setting(
                value = "",
                meaning = "For S3: URL of another server than AWS's, such as http://minio:9000.",
                reason = "Empty is AWS, the server that most buckets are on.")
        String endpoint,

        @Setting(
                value = "",
                meaning = "For S3: region of the bucket. Empty: from the environment or the profile.",
                reason = "Where the agent runs in AWS its surroundings know the region.")
        String region,

        @Setting(
                value = "false",
                meaning =
                        "For S3: whether the bucket stands in the path of the URL (MinIO, Ceph) and not in its host name.",
                reason = "AWS wants it in the host name, and most servers understand that.")
        boolean pathStyle,

        @Setting(
                value = "",
                meaning =
                        "Where the source stands below the mount, such as models or data/images. The directories above it"
                                + " are made up. No path may be another one's or below it.",
                reason = "A source that is alone is the whole mount.")
        String path,

        @Setting(
                value = "",
                meaning = "For S3: directory with the files `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for keys"
                        + " that expire, `AWS_SESSION_TOKEN`: what a mounted Secret looks like. Files that are exchanged"
                        + " are taken within a second, and looked at again when the source refuses what they held; as long as"
                        + " they are missing or wrong the agent waits.",
                reason = "Empty is the environment, of which a process has one for all its sources.")
        String credentials,

        @Setting(
                value = "",
                meaning =
                        "For dir: a directory that the source never leaves, such as the mount point of a volume that others"
                                + " write to. Links in the path below it are followed as long as they stay in it.",
                reason = "Who names a directory of its own machine knows where its links lead.")
        String within) {

    /** Looking one of them up compares a path with each: 16 cost less than a microsecond. */
    static final int MAX_SOURCES = 16;

    /** A file below it has to be within the 4,096 bytes of a path, with a key of 1,024 bytes and the mount in front. */
    private static final int MAX_PATH_CHARACTERS = 200;

    /** No dot in front: neither "." nor ".." nor the directory of stored content. */
    private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

    private static final Pattern PATH = Pattern.compile(NAME + "(/" + NAME + ")*");

    public DeclaredSource {
        Check.of(DeclaredSource.class)
                .rule(
                        path.isEmpty()
                                || path.length() > MAX_PATH_CHARACTERS
                                || PATH.matcher(path).matches(),
                        "path",
                        "must be names joined by '/', of letters, digits, '.', '_' and '-' and without a '.' in front,"
                                + " such as models or data/images",
                        path)
                .rule(
                        path.length() <= MAX_PATH_CHARACTERS,
                        "path",
                        "must have at most " + MAX_PATH_CHARACTERS + " characters",
                        path)
                .done();
    }

    /** Whether both would stand in one place, or one in the other. */
    boolean overlaps(DeclaredSource other) {
        return (path + "/").startsWith(other.path + "/") || (other.path + "/").startsWith(path + "/");
    }
}
