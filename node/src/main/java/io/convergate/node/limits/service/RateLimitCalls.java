package io.convergate.node.limits.service;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The calls of {@code envoy.service.ratelimit.v3.RateLimitService}. On the loops of grpc-java, which carry a call from its arrival to its
 * answer unless the owner of a key must be asked.
 */
final class RateLimitCalls implements ServerCallHandler<ReceivedRequest, RateLimitReply> {
    static final String SERVICE = "envoy.service.ratelimit.v3.RateLimitService";

    private static final MethodDescriptor<ReceivedRequest, RateLimitReply> SHOULD_RATE_LIMIT =
            MethodDescriptor.<ReceivedRequest, RateLimitReply>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "ShouldRateLimit"))
                    .setRequestMarshaller(new Requests())
                    .setResponseMarshaller(new Replies())
                    .build();

    private final RateLimiter limiter;
    private final DescriptorCounters counters;
    private final Callers callers;
    private final AtomicInteger inFlight = new AtomicInteger();

    private RateLimitCalls(RateLimiter limiter, DescriptorCounters counters, Callers callers) {
        this.limiter = limiter;
        this.counters = counters;
        this.callers = callers;
    }

    static ServerServiceDefinition service(RateLimiter limiter, DescriptorCounters counters, Callers callers) {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(SHOULD_RATE_LIMIT, new RateLimitCalls(limiter, counters, callers))
                .build();
    }

    private static final class Requests implements MethodDescriptor.Marshaller<ReceivedRequest> {
        @Override
        public InputStream stream(ReceivedRequest value) {
            throw new IllegalStateException("a server sends no requests");
        }

        @Override
        public ReceivedRequest parse(InputStream stream) {
            return RequestReader.read(stream);
        }
    }

    private static final class Replies implements MethodDescriptor.Marshaller<RateLimitReply> {
        @Override
        public InputStream stream(RateLimitReply value) {
            return new ByteArrayInputStream(ReplyWriter.write(value));
        }

        @Override
        public RateLimitReply parse(InputStream stream) {
            throw new IllegalStateException("a server receives no replies");
        }
    }

    @Override
    public ServerCall.Listener<ReceivedRequest> startCall(
            ServerCall<ReceivedRequest, RateLimitReply> call, Metadata headers) {
        Status objection = callers.objection(call.getAttributes());
        if (objection != null) {
            return refuse(call, objection);
        }
        if (inFlight.incrementAndGet() > LimitServiceSettings.CALLS_MAX) {
            inFlight.decrementAndGet();
            return refuse(
                    call,
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            "more calls at a time than " + LimitServiceSettings.CALLS_MAX));
        }
        call.request(2); // a second message is a mistake, and must be seen to be one
        return new Call(call);
    }

    private ServerCall.Listener<ReceivedRequest> refuse(ServerCall<?, ?> call, Status why) {
        counters.refused();
        call.close(why, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    /** One call. grpc-java calls it on one thread at a time; the answer may come on another. */
    private final class Call extends ServerCall.Listener<ReceivedRequest> {
        private final ServerCall<ReceivedRequest, RateLimitReply> call;
        private final long began = System.nanoTime();
        private @Nullable ReceivedRequest received;

        Call(ServerCall<ReceivedRequest, RateLimitReply> call) {
            this.call = call;
        }

        @Override
        public void onMessage(ReceivedRequest message) {
            received = received == null ? message : new ReceivedRequest.Unreadable("two messages (expected: one)");
        }

        @Override
        public void onHalfClose() {
            ReceivedRequest message = received;
            if (message instanceof ReceivedRequest.Readable readable) {
                limiter.decide(readable.request(), patience(), this::answer);
            } else {
                String problem = message instanceof ReceivedRequest.Unreadable bad
                        ? bad.problem()
                        : "no message (expected: one)";
                counters.refused();
                call.close(Status.INVALID_ARGUMENT.withDescription(problem), new Metadata());
            }
        }

        /** An answer that comes after the caller's deadline is none: a quarter of the time is left for the way. */
        private long patience() {
            Deadline deadline = Context.current().getDeadline();
            return deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS) / 4 * 3;
        }

        private void answer(RateLimitReply reply) {
            counters.answered(reply.overall(), System.nanoTime() - began);
            if (!call.isCancelled()) {
                call.sendHeaders(new Metadata());
                call.sendMessage(reply);
                call.close(Status.OK, new Metadata());
            }
        }

        @Override
        public void onCancel() {
            inFlight.decrementAndGet();
        }

        @Override
        public void onComplete() {
            inFlight.decrementAndGet();
        }
    }
}
