package io.blobcache.node.mesh.members;

import io.blobcache.node.config.WatchedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the file of members and hands on each list that differs from the last one. A bad file changes nothing: the last
 * good list stays in force and every problem is logged. So does a file that is gone.
 */
public final class MembersWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MembersWatch.class);

    /** Lines of the log for one change; a whole mesh that joins is one line with its size. */
    static final int MAX_LINES = 20;

    private final Path file;
    private final Consumer<Members> listener;
    private final WatchedFile watched;
    private volatile Members inForce;

    /**
     * @param inForce  what is known at the start; {@link Members#NONE} if the file is not there yet
     * @param period   between two looks, such as {@link WatchedFile#PERIOD}
     * @param listener told of each new list from the watch's thread; what it throws is logged and the list counts as not
     *                 taken
     */
    public MembersWatch(Path file, Members inForce, Duration period, Consumer<Members> listener) {
        this.file = file;
        this.inForce = inForce;
        this.listener = listener;
        this.watched = new WatchedFile(file, "members", LOG, period, this::take);
    }

    public void start() {
        watched.start();
    }

    /** The list that the listener has taken last. */
    public Members inForce() {
        return inForce;
    }

    @Override
    public void close() {
        watched.close();
    }

    /** One look at the file. */
    void look() {
        watched.look();
    }

    private void take() throws IOException {
        Members now = MembersFile.read(file);
        if (now.equals(inForce)) {
            return;
        }
        listener.accept(now);
        MembersChange change = MembersChange.between(inForce, now);
        inForce = now;
        tell(change);
    }

    private static void tell(MembersChange change) {
        int count =
                change.joined().size() + change.left().size() + change.changed().size();
        if (count > MAX_LINES) {
            LOG.atInfo()
                    .addKeyValue("joined", change.joined().size())
                    .addKeyValue("left", change.left().size())
                    .addKeyValue("changed", change.changed().size())
                    .log("many members changed");
            return;
        }
        tell("member joined", change.joined());
        tell("member left", change.left());
        tell("member changed", change.changed());
    }

    private static void tell(String event, List<Member> members) {
        for (Member member : members) {
            LOG.atInfo()
                    .addKeyValue("id", member.id())
                    .addKeyValue("address", member.address())
                    .addKeyValue("locality", member.locality())
                    .addKeyValue("weight", member.weight())
                    .addKeyValue("state", member.state())
                    .log(event);
        }
    }
}
