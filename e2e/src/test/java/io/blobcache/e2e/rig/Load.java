package io.blobcache.e2e.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/** Readers on every agent of a fleet that read somewhere and compare with the original, until they are stopped. */
public final class Load {
    private static final int MAX_READ_BYTES = 1 << 20;

    /** It starts a process for each file: more often, it would take the processors from the readers. */
    private static final Duration BETWEEN_FORGETTING = Duration.ofSeconds(1);

    private final Path tree;
    private final List<String> files;
    private final Fleet fleet;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    /** Odd while the agent is down: what fails then, or meanwhile, is no error of it. */
    private final AtomicIntegerArray deaths;

    /** @param readers on each agent */
    public Load(Scratch scratch, Fleet fleet, Path tree, int readers, long seed) {
        this.tree = tree;
        this.fleet = fleet;
        this.files = Arrays.asList(tree.toFile().list());
        this.deaths = new AtomicIntegerArray(fleet.agents().size());
        scratch.undo("stop the readers", () -> done.set(true));
        threads.add(Thread.ofPlatform().start(this::forget));
        for (int i = 0; i < readers * fleet.agents().size(); i++) {
            int agent = i % fleet.agents().size();
            Random random = new Random(seed + i);
            threads.add(Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    readSomewhere(agent, random);
                }
            }));
        }
    }

    /** What the kernel keeps of a file asks no agent: so it forgets all of them, over and over. */
    private void forget() {
        while (!done.get()) {
            for (Agent agent : fleet.agents()) {
                PageCache.forget(agent.mount());
            }
            Await.pause(BETWEEN_FORGETTING);
        }
    }

    /** From now on the agent may fail. */
    public void down(int agent) {
        deaths.incrementAndGet(agent);
    }

    /** It answers again. */
    public void up(int agent) {
        deaths.incrementAndGet(agent);
    }

    public long reads() {
        return reads.get();
    }

    /** Ends the readers. */
    public void stop() {
        done.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    /** Reads that brought other bytes than the original has. */
    public long wrong() {
        return wrong.get();
    }

    /** Of agents that were alive all the while. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    private void readSomewhere(int agent, Random random) {
        String file = files.get(random.nextInt(files.size()));
        int before = deaths.get(agent);
        try {
            Path original = tree.resolve(file);
            long offset = random.nextLong(Files.size(original));
            int length = random.nextInt(1, MAX_READ_BYTES);
            byte[] seen = FileReader.bytes(fleet.agent(agent).path(file), offset, length);
            if (!Arrays.equals(seen, FileReader.bytes(original, offset, length))) {
                wrong.incrementAndGet();
            }
            reads.incrementAndGet();
        } catch (IOException e) {
            if (before % 2 == 0 && deaths.get(agent) == before) {
                errors.add(Fleet.name(agent) + ": " + e);
            }
            Await.pause(Duration.ofMillis(20));
        }
    }
}
