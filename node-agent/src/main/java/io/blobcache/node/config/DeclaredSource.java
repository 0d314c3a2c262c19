package io.blobcache.node.config;

/** One source as the file declares it; what its parts mean is for the layer of sources to say. */
@Section(
        key = "sources",
        meaning =
                "Where the blobs of 'blobcache agent' come from: a list, of one entry so far. 'blobcache mount' takes it"
                        + " from its arguments. Credentials never stand here: they come from the environment"
                        + " (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), a profile or the identity of the pod.")
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
        boolean pathStyle) {

    /** One mount shows one source. */
    static final int MAX_SOURCES = 1;
}
