package io.blobcache.operator.status;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an agent that does not serve ended last. */
final class Ended {
    private Ended() {}

    /** Empty if it has not ended yet. */
    static String of(ContainerStatus status) {
        ContainerStateTerminated last = terminated(status.getState());
        ContainerStateTerminated before = terminated(status.getLastState());
        ContainerStateTerminated end = last == null ? before : last;
        if (end == null) {
            return "";
        }
        boolean again = before != null || Objects.requireNonNullElse(status.getRestartCount(), 0) > 0;
        String how = "%s, exit code %d".formatted(end.getReason(), end.getExitCode());
        String said = lastLine(end.getMessage());
        return (again ? "CrashLoopBackOff: " : "") + Brief.of(said.isEmpty() ? how : how + ", " + said);
    }

    private static @Nullable ContainerStateTerminated terminated(@Nullable ContainerState state) {
        return state == null ? null : state.getTerminated();
    }

    /** The agent ends with one line that says why; where it could not, Kubernetes takes the end of its log. */
    private static String lastLine(@Nullable String message) {
        List<String> lines = message == null
                ? List.of()
                : message.lines()
                        .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                        .toList();
        return lines.isEmpty() ? "" : lines.getLast();
    }
}
