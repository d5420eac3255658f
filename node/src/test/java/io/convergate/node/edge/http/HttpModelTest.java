package io.convergate.node.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Whoever is the first to use a class of the model, no thread waits for another for good. Classes are initialised once in a loader,
 * so each round has a loader of its own.
 */
class HttpModelTest {
    private static final int ROUNDS = 10;
    private static final String MODEL = "org.apache.pekko.http.";
    private static final List<String> FIRST_USED = List.of(
            MODEL + "scaladsl.model.Uri$NamedHost",
            MODEL + "scaladsl.model.Uri$Host$Empty$",
            MODEL + "javadsl.model.Host",
            MODEL + "javadsl.model.Query",
            MODEL + "scaladsl.model.Uri$Query",
            MODEL + "javadsl.model.HttpEntity$ChunkStreamPart",
            MODEL + "scaladsl.model.HttpEntity$LastChunk$");

    @Test
    void threadsThatAreTheFirstToUseTheModelDoNotWaitForEachOther() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Fresh loader = new Fresh();
            loader.loadClass(HttpModel.class.getName()).getMethod("load").invoke(null);
            assertThat(areAllInitialised(loader)).as("round %d", round).isTrue();
        }
    }

    /** Then the class's own constant is null for good, which is nobody's business here. */
    @Test
    void itMayBeLoadedWhenASubclassIsThere() throws Exception {
        Fresh loader = new Fresh();
        Class.forName(MODEL + "scaladsl.model.Uri$Host$Empty$", true, loader);
        loader.loadClass(HttpModel.class.getName()).getMethod("load").invoke(null);
        assertThat(areAllInitialised(loader)).isTrue();
    }

    private static boolean areAllInitialised(ClassLoader loader) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(FIRST_USED.size());
        List<Throwable> failures = new ArrayList<>();
        for (String name : FIRST_USED) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    Class.forName(name, true, loader);
                    done.countDown();
                } catch (ReflectiveOperationException | InterruptedException | LinkageError e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        start.countDown();
        boolean all = done.await(20, TimeUnit.SECONDS);
        synchronized (failures) {
            assertThat(failures).isEmpty();
        }
        return all;
    }

    /** Has classes of the model that are its own and not initialised yet. */
    private static final class Fresh extends ClassLoader {
        Fresh() {
            super(HttpModelTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(MODEL) && !name.equals(HttpModel.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
