package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where blobs come from. Credentials never stand here. */
@ValidationRule(
        value = "self.url.startsWith('dir:') == has(self.claimName)",
        message = "claimName and a url of dir: go together: dir:PATH is a path in the volume that claimName claims")
@ValidationRule(
        value = "self.url.startsWith('s3://') || !(has(self.endpoint) || has(self.region) || self.pathStyle)",
        message = "endpoint, region and pathStyle are for sources of s3:// only: remove them")
@ValidationRule(
        value = "!has(self.secretName) || self.url.startsWith('s3://')",
        message = "secretName is for sources of s3:// only: remove it")
public record SourceSpec(
        @JsonPropertyDescription(
                "Where the source stands below the mount, such as models or data/images; each of several sources needs a"
                        + " path, and none may be another one's or below it. Without one the source is the whole mount. A"
                        + " change restarts the agents.")
        @Size(min = 1, max = 200)
        @ValidationRule(
                value = "self.matches('^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$')",
                message =
                        "must be names joined by '/', of letters, digits, '.', '_' and '-' and without a '.' in front,"
                                + " such as models or data/images")
        @Nullable
        String path,

        @JsonPropertyDescription(
                "s3://BUCKET[/PREFIX], https://HOST/FILE, https://HOST/MANIFEST.json (also http://), or dir:PATH, an"
                        + " absolute path in the volume of claimName. A change restarts the agents.")
        @Required
        @Size(min = 1, max = 2048)
        @ValidationRule(
                value =
                        "self.matches('^(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?|https?://[^/@\\\\s]+/\\\\S+|dir:/.*)$')",
                message = "must be s3://BUCKET[/PREFIX], http(s)://HOST/FILE without user and password, or dir:/PATH")
        @ValidationRule(
                value = "!self.startsWith('dir:') || !self.matches('" + SourceSpec.UPWARDS + "')",
                message = "dir:/PATH is a path in the volume: it must have neither '.' nor '..' nor two '/' in a row")
        String url,

        @JsonPropertyDescription(
                "For S3: URL of another server than AWS's, such as http://minio:9000. A change restarts the agents.")
        @Size(max = 2048)
        @ValidationRule(
                value = "self.matches('^https?://[^/@\\\\s]+/?$')",
                message = "must be http(s)://HOST[:PORT] without user, password and path, such as http://minio:9000")
        @Nullable
        String endpoint,

        @JsonPropertyDescription(
                "For S3: region of the bucket. Without it, what the pod's surroundings say. A change restarts the agents.")
        @Size(min = 1, max = 63)
        @Nullable
        String region,

        @JsonPropertyDescription(
                "For S3: whether the bucket stands in the path of the URL (MinIO, Ceph) and not in its host name. A"
                        + " change restarts the agents.")
        @Default("false")
        @Nullable
        Boolean pathStyle,

        @JsonPropertyDescription(
                "For S3: Secret of the same namespace with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for keys that"
                        + " expire, AWS_SESSION_TOKEN. The agents have it as files: one that is exchanged is taken without"
                        + " a restart, about a minute later; as long as it is missing or wrong they wait and say so."
                        + " Without a Secret, the identity of the pod: see serviceAccount.")
        @Size(min = 1, max = 253)
        @Nullable
        String secretName,

        @JsonPropertyDescription(
                "PersistentVolumeClaim of the same namespace that a source of dir: reads, mounted read-only.")
        @Size(min = 1, max = 253)
        @Nullable
        String claimName) {

    /** In a path: a name that leads out of a directory or nowhere. The regular expressions of CEL and Java agree on it. */
    public static final String UPWARDS = "/[.]{0,2}/|/[.]{1,2}$";
}
