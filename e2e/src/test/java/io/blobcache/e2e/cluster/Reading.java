package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A pod that reads whole files again and again while something happens to it; each copy is judged by its SHA-256. */
record Reading(Consumer consumer, Map<String, String> right) {
    /** A copy that failed says so: half a file has no SHA-256 that would mean anything. */
    private static final String LOOP = """
            (while [ ! -e /tmp/stop ]; do
                for file in $FILES; do
                    if cat $DIRECTORY/$file > /tmp/copy; then
                        echo "$(date +%s) $file $(sha256sum < /tmp/copy | cut -c1-64)"
                    else
                        echo "$(date +%s) $file failed"
                    fi
                done
                sleep 0.2
            done > /tmp/read; touch /tmp/stopped) > /dev/null 2>&1 < /dev/null &""";

    /** What one copy came to. */
    record Copy(long epochSecond, String file, String sha256) {
        boolean failed() {
            return sha256.equals("failed");
        }
    }

    static Reading begin(Consumer consumer, Bucket bucket) {
        String files = String.join(" ", bucket.sha256().keySet());
        consumer.run("FILES='%s' DIRECTORY=%s%n%s".formatted(files, Consumer.DIRECTORY, LOOP));
        return new Reading(consumer, bucket.sha256());
    }

    /** Ends it. @return all that was read, in order */
    List<Copy> end() {
        consumer.run("touch /tmp/stop");
        Await.until(
                consumer.name() + " has read its last file",
                Duration.ofMinutes(1),
                () -> consumer.run("ls /tmp").contains("stopped"));
        return Arrays.stream(consumer.run("cat /tmp/read").split("\n"))
                .map(line -> line.split(" "))
                .map(part -> new Copy(Long.parseLong(part[0]), part[1], part[2]))
                .toList();
    }

    /** Copies that came to an end and are not what is in the bucket. */
    List<Copy> wrong(List<Copy> copies) {
        return copies.stream()
                .filter(copy -> !copy.failed())
                .filter(copy -> !copy.sha256().equals(right.get(copy.file())))
                .toList();
    }
}
