package io.convergate.node.main;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the page of all settings says of an option of {@code node}, beside its name and its default. Read by the page's test alone. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Setting {
    /** What holds if it is not given, where there is no default. */
    String unset() default "none";

    /** The smallest number it may be. */
    long least() default Long.MIN_VALUE;

    /** The largest. */
    long most() default Long.MAX_VALUE;

    /** What it may be, where that is no matter of {@link #least} and {@link #most}, or there is more to say; Markdown. */
    String range() default "";

    /** What it does, what speaks for more and for less of it, and when to change it; Markdown. */
    String about();
}
