package io.convergate.config;

import io.convergate.routing.model.ResourceKey;
import java.nio.charset.StandardCharsets;

/** One resource's part in a change. */
public sealed interface Edit {
    /** The resource that is written or deleted. */
    ResourceKey key();

    /** How many bytes it brings. */
    int bytes();

    /**
     * Writes a resource, new or not. Writing again what is there already is a write too: it settles a conflict.
     *
     * @param content its canonical bytes: equal resources must have equal bytes
     */
    record Put(ResourceKey key, Content content) implements Edit {
        public Put {
            requireShort(key);
            if (content.length() > Limits.RESOURCE_BYTES_MAX) {
                throw new IllegalArgumentException(
                        key + ": " + content + " (expected: at most " + Limits.RESOURCE_BYTES_MAX + ")");
            }
        }

        @Override
        public int bytes() {
            return content.length();
        }
    }

    /** Deletes a resource; one that does not exist stays so. */
    record Delete(ResourceKey key) implements Edit {
        public Delete {
            requireShort(key);
        }

        @Override
        public int bytes() {
            return 0;
        }
    }

    private static void requireShort(ResourceKey key) {
        int bytes = key.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.KEY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a key of " + bytes + " bytes (expected: at most " + Limits.KEY_BYTES_MAX + ")");
        }
    }
}
