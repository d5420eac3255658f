package io.convergate.node.edge.wire;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.Dispatcher;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.ExecutorServiceFactoryProvider;
import org.apache.pekko.dispatch.MessageDispatcher;
import org.apache.pekko.dispatch.MessageDispatcherConfigurator;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/** A Pekko dispatcher whose one thread is an event loop, so that a stream shares its connection's thread. */
final class LoopDispatcher extends MessageDispatcherConfigurator {
    /** Messages of one actor in a row before the loop turns to its connections. */
    private static final int THROUGHPUT = 64;

    private static final FiniteDuration THROUGHPUT_DEADLINE = Duration.create(1, TimeUnit.MILLISECONDS);
    private static final FiniteDuration SHUTDOWN = Duration.create(1, TimeUnit.SECONDS);
    private final MessageDispatcher dispatcher;

    LoopDispatcher(String id, EventLoop loop, DispatcherPrerequisites prerequisites) {
        super(config(id), prerequisites);
        ExecutorServiceFactoryProvider executors = new ExecutorServiceFactoryProvider() {
            @Override
            public ExecutorServiceFactory createExecutorServiceFactory(String name, ThreadFactory threads) {
                return () -> new LoopExecutor(loop);
            }
        };
        dispatcher = new Dispatcher(this, id, THROUGHPUT, THROUGHPUT_DEADLINE, executors, SHUTDOWN);
    }

    /** What Pekko asks of any dispatcher's configuration: its id, and that mailboxes are the default ones. */
    private static Config config(String id) {
        return ConfigFactory.parseMap(
                Map.of("id", id, "mailbox-type", "", "mailbox-requirement", "", "mailbox-capacity", -1));
    }

    @Override
    public MessageDispatcher dispatcher() {
        return dispatcher;
    }

    /** The loop as an executor that can be shut down without ending the loop. */
    private static final class LoopExecutor extends AbstractExecutorService {
        private final EventLoop loop;
        private volatile boolean shutdown;

        LoopExecutor(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long time, TimeUnit unit) {
            return shutdown;
        }
    }
}
