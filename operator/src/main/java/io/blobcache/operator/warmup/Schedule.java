package io.blobcache.operator.warmup;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/** Five fields of cron, in UTC. */
final class Schedule {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final ExecutionTime times;

    private Schedule(ExecutionTime times) {
        this.times = times;
    }

    /** @throws IllegalArgumentException with what is wrong with it */
    static Schedule of(String text) {
        Cron cron = PARSER.parse(text);
        return new Schedule(ExecutionTime.forCron(cron));
    }

    /** The first time after that one; empty if there is none, as for the 30th of February. */
    Optional<Instant> after(Instant time) {
        return times.nextExecution(time.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toInstant);
    }
}
