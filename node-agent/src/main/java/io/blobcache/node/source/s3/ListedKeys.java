package io.blobcache.node.source.s3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Decodes the keys of a listing before the client does. It would make U+FFFD of each byte that is not UTF-8: a name like
 * any other, whose file would then be asked for under a key that nothing has. Here such a byte becomes half of a surrogate
 * pair, which no name of a mount may hold: the key is hidden and counted like all others that cannot be shown.
 */
final class ListedKeys implements ExecutionInterceptor {
    private static final String UNDECODABLE = "\uFFFD";
    private static final String HALF_A_PAIR = "\uDC00";

    /** U+FFFD that somebody has really put into a key: encoded, or left as it is by a server that encodes ASCII only. */
    private static final Pattern MEANT = Pattern.compile("(?i)%EF%BF%BD|" + UNDECODABLE);

    private static final Pattern SHOWN = Pattern.compile(UNDECODABLE);

    /** Interceptors see an answer in the reverse of their order, so this one is before the client's own. */
    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        if (!(context.response() instanceof ListObjectsV2Response listing)
                || listing.encodingType() != EncodingType.URL) {
            return context.response();
        }
        return listing.toBuilder()
                // Nothing is left for the client to decode.
                .encodingType((String) null)
                .contents(listing.contents().stream()
                        .map(object ->
                                object.toBuilder().key(decoded(object.key())).build())
                        .toList())
                .commonPrefixes(listing.commonPrefixes().stream()
                        .map(common -> common.toBuilder()
                                .prefix(decoded(common.prefix()))
                                .build())
                        .toList())
                .build();
    }

    private static @Nullable String decoded(@Nullable String encoded) {
        if (encoded == null) {
            return null;
        }
        String key = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        boolean utf8 = !key.contains(UNDECODABLE) || count(SHOWN, key) == count(MEANT, encoded);
        return utf8 ? key : key.replace(UNDECODABLE, HALF_A_PAIR);
    }

    private static long count(Pattern pattern, String text) {
        return pattern.matcher(text).results().count();
    }
}
