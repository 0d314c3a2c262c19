package io.blobcache.node.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What there is to know of one setting, in one place. Its key is the name of the record component. Its type follows
 * from the component: a name that ends in {@code Bytes} is a quantity of bytes ({@code 4MiB}), one that ends in
 * {@code Percent} a percentage; other numbers are counts.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {

    /** What {@code auto} is bound to: the record puts the derived value in its place. */
    long AUTO = -1;

    /** The default as the file would say it; {@code auto} for bytes that are derived from the machine. */
    String value();

    /** Smallest value allowed, as the file would say it; empty for no bound. */
    String min() default "";

    /** Largest value allowed. */
    String max() default "";

    /** What it does: one or two sentences. */
    String meaning();

    /** Why the default is what it is. */
    String reason();

    /** Whether an entry of a list has to say it; a setting that stands once always has a default. */
    boolean required() default false;

    /** Whether a running agent takes a new value from its file; otherwise it needs a restart. */
    boolean live() default false;
}
