package io.blobcache.node.mesh.client;

import com.google.protobuf.ByteString;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.NanoClock;
import io.blobcache.proto.v1.Elsewhere;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a block that more agents want than its owner can serve: from those who got it before, and they from others, so that
 * a thousand agents have it after some ten times the time that one takes, and the source is asked once. Thread-safe.
 */
final class Crowd {
    private static final Logger LOG = LoggerFactory.getLogger(Crowd.class);

    /** A third of what a read may take: what is left is enough for the source. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** An owner that is busy with other blocks names nobody: then the second is asked after a second or so. */
    private static final int MAX_ROUNDS_WITHOUT_HOLDERS = 3;

    /** Asked in one round: those whom the owner names, and whom they name who are busy themselves. */
    private static final int MAX_ASKED = 6;

    private static final long MIN_PAUSE_NANOS = Duration.ofMillis(20).toNanos();
    private static final long MAX_PAUSE_NANOS = Duration.ofMillis(500).toNanos();

    private final Asking asking;
    private final Function<String, Optional<Peer>> members;
    private final NanoClock clock;
    private final RandomGenerator random;

    /** @param members those that there are, by id; empty for this agent itself */
    Crowd(Asking asking, Function<String, Optional<Peer>> members, NanoClock clock, RandomGenerator random) {
        this.asking = asking;
        this.members = members;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Asks those whom a busy owner names, and the owner again, for 10 s at most.
     *
     * @param said what the owner said
     * @return that the block is here, or the owner's last answer
     */
    Answer ask(Peer owner, Answer.Busy said, Blob blob, BlockKey key, MemorySegment into) throws BlobException {
        long end = clock.getAsLong() + PATIENCE.toNanos();
        long pauseNanos = MIN_PAUSE_NANOS;
        int withoutHolders = 0;
        Answer answer = said;
        while (answer instanceof Answer.Busy(Optional<Elsewhere> elsewhere)
                && elsewhere.isPresent()
                && withoutHolders < MAX_ROUNDS_WITHOUT_HOLDERS
                && end - clock.getAsLong() > 0) {
            Optional<Answer> here = askHolders(elsewhere.get(), blob, key, into);
            if (here.isPresent()) {
                return here.get();
            }
            withoutHolders = elsewhere.get().getMemberIdsCount() == 0 ? withoutHolders + 1 : 0;
            pause(pauseNanos);
            pauseNanos = Math.min(2 * pauseNanos, MAX_PAUSE_NANOS);
            if (!owner.mayBeAsked()) {
                return new Answer.Failed("it is left alone");
            }
            answer = asking.ask(owner, blob, key, into, false);
        }
        return answer;
    }

    private Optional<Answer> askHolders(Elsewhere elsewhere, Blob blob, BlockKey key, MemorySegment into)
            throws BlobException {
        Deque<String> named = new ArrayDeque<>(elsewhere.getMemberIdsList());
        Set<String> seen = new HashSet<>(named);
        int asked = 0;
        while (!named.isEmpty() && asked < MAX_ASKED) {
            Optional<Peer> holder = members.apply(named.removeFirst()).filter(Peer::mayBeAsked);
            if (holder.isPresent()) {
                asked++;
                Answer answer = asking.ask(holder.get(), blob, key, into, true);
                if (answer instanceof Answer.Here(ByteString sha256) && fits(sha256, elsewhere, holder.get())) {
                    return Optional.of(answer);
                }
                if (answer instanceof Answer.Busy(Optional<Elsewhere> further)) {
                    further.ifPresent(more ->
                            more.getMemberIdsList().stream().filter(seen::add).forEach(named::addLast));
                }
            }
        }
        return Optional.empty();
    }

    /** Which of the two is wrong cannot be known here, so neither is blamed; the source will tell. */
    private static boolean fits(ByteString sha256, Elsewhere elsewhere, Peer holder) {
        if (elsewhere.getSha256().isEmpty() || elsewhere.getSha256().equals(sha256)) {
            return true;
        }
        LOG.atWarn()
                .addKeyValue("peer", holder.member().id())
                .log("peer gave another block than the owner promised: not used");
        return false;
    }

    /** Half of it and a random part, so that those who wait do not come back in one moment. */
    private void pause(long nanos) throws BlobException {
        try {
            clock.sleep(nanos / 2 + random.nextLong(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("the request to a peer was given up");
        }
    }
}
