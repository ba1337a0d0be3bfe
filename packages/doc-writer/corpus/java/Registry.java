/*
 * Copyright 2026 The authors. All rights reserved.
 */
package corpus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

@SuppressWarnings({"unchecked", "rawtypes"})
public class Registry<T extends Comparable<T>> extends ArrayList<T> implements AutoCloseable {
    private static final String PATTERN = "/** no comment */ \\u0041";

    public Registry(int capacity) {
        super(capacity);
    }

    /**
     * Adds one. This comment stays.
     */
    @Override
    public boolean add(T item) {
        return super.add(item);
    }

    @SafeVarargs
    public final <R> List<R> mapAll(final Function<? super T, R> mapper, R... extras) throws IOException {
        if (extras == null) {
            throw new IllegalArgumentException("extras");
        }
        List<R> result = new ArrayList<>();
        for (T item : this) result.add(mapper.apply(item));
        return result;
    }

    public boolean isFull(
            int limit,
            String größe) {
        return size() >= limit && !größe.isEmpty();
    }

    protected static int parse(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException error) {
            throw new IllegalStateException(text, error);
        }
    }

    private void hidden() {}

    @Override
    public void close() {
        hidden();
    }

    public interface Visitor<V> {
        V visit(Registry<?> registry, int depth);

        default int depth() {
            return 1;
        }
    }

    public enum State {
        OPEN,
        CLOSED {
            @Override
            public String label() {
                return "closed";
            }
        };

        public String label() {
            return PATTERN;
        }
    }

    public record Point(int x, int y) {
        public Point {
            if (x < 0) throw new IllegalArgumentException("x");
        }

        public double length() {
            return Math.sqrt(x * x + y * y);
        }
    }

    public @interface Marker {
        int value() default 1;
    }
}
