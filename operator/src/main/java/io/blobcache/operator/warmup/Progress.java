package io.blobcache.operator.warmup;

import io.blobcache.operator.agents.AgentWarmup;
import io.blobcache.operator.agents.WarmupAnswers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * How far all agents together are with a run.
 *
 * @param agents      that are waited for
 * @param ended       of these, those that have nothing more to do
 * @param unable      nodes whose agents could not begin, each with the reason
 * @param counted     whether all know how much there is to do
 * @param files       that the paths mean
 * @param warmedFiles of these, those that are there as a whole, as far as it is known
 * @param failures    paths with reasons, the first ones
 * @param bytes       all parts together
 * @param speed       bytes a second
 */
record Progress(
        int agents,
        int ended,
        List<String> unable,
        boolean counted,
        long files,
        long warmedFiles,
        long failedFiles,
        List<String> failures,
        long bytes,
        long warmedBytes,
        long fetchedBytes,
        long speed) {

    Progress {
        unable = List.copyOf(unable);
        failures = List.copyOf(failures);
    }

    /** Agents walk through the same files in the same order, and each brings its part of every one. */
    static Progress of(WarmupAnswers answers, Work work, String id) {
        List<WarmupAnswers.Answer> waitedFor = waitedFor(answers, work);
        List<AgentWarmup> told = waitedFor.stream()
                .map(answer -> answer.of(id))
                .filter(Objects::nonNull)
                .toList();
        List<String> unable = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        Set<String> paths = new LinkedHashSet<>();
        boolean allNamed = true;
        for (WarmupAnswers.Answer answer : waitedFor) {
            AgentWarmup warmup = answer.of(id);
            if (warmup == null) {
                continue;
            }
            if (warmup.failed()) {
                unable.add(answer.node() + ": " + warmup.failures().getOrDefault("", "see its log"));
                continue;
            }
            warmup.failures().forEach((path, reason) -> {
                if (paths.add(path)) {
                    failures.add(path + ": " + reason);
                }
            });
            allNamed &= warmup.failures().size() >= warmup.failedFiles();
        }
        long files = told.stream().mapToLong(AgentWarmup::files).max().orElse(0);
        long given = told.stream().mapToLong(AgentWarmup::failedFiles).sum();
        boolean complete = !waitedFor.isEmpty() && told.size() == waitedFor.size();
        return new Progress(
                waitedFor.size(),
                (int) told.stream().filter(AgentWarmup::ended).count(),
                unable,
                complete && told.stream().allMatch(AgentWarmup::counted),
                files,
                complete
                        ? told.stream()
                                .mapToLong(AgentWarmup::warmedFiles)
                                .min()
                                .orElse(0)
                        : 0,
                allNamed ? paths.size() : Math.min(files, given),
                failures,
                told.stream().mapToLong(AgentWarmup::bytes).sum(),
                told.stream().mapToLong(AgentWarmup::warmedBytes).sum(),
                told.stream().mapToLong(AgentWarmup::fetchedBytes).sum(),
                answers.speed(id));
    }

    /** Nobody is waited for any more. */
    boolean over() {
        return agents > 0 && ended == agents;
    }

    boolean failed() {
        return failedFiles > 0 || !unable.isEmpty();
    }

    private static List<WarmupAnswers.Answer> waitedFor(WarmupAnswers answers, Work work) {
        String upTo = work.upTo(answers.nodes());
        return answers.all().stream()
                .filter(answer -> answer.serves() && Work.chosen(answer.node(), upTo))
                .toList();
    }
}
