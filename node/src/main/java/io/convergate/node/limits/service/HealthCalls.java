package io.convergate.node.limits.service;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * {@code grpc.health.v1.Health}, as load balancers and Envoys ask it: whether the service should get calls. Answers everybody. Of its two
 * calls Check; whoever wants to Watch is told that it is not there, which clients take for healthy.
 */
final class HealthCalls implements ServerCallHandler<String, Boolean> {
    static final String SERVICE = "grpc.health.v1.Health";

    private static final Set<String> KNOWN = Set.of("", RateLimitCalls.SERVICE);
    private static final int REQUEST_SERVICE = 1 << 3 | 2;
    private static final int REPLY_STATUS = 1;
    private static final int SERVING = 1;
    private static final int NOT_SERVING = 2;

    private static final MethodDescriptor<String, Boolean> CHECK = MethodDescriptor.<String, Boolean>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Check"))
            .setRequestMarshaller(new Requests())
            .setResponseMarshaller(new Replies())
            .build();

    private final BooleanSupplier serving;

    private HealthCalls(BooleanSupplier serving) {
        this.serving = serving;
    }

    static ServerServiceDefinition service(BooleanSupplier serving) {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(CHECK, new HealthCalls(serving))
                .build();
    }

    /** The name of a service; one that there is not if it cannot be read. */
    private static final class Requests implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            throw new IllegalStateException("a server sends no requests");
        }

        @Override
        public String parse(InputStream stream) {
            try {
                CodedInputStream in = CodedInputStream.newInstance(stream.readAllBytes());
                String service = "";
                for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                    if (tag == REQUEST_SERVICE) {
                        service = in.readStringRequireUtf8();
                    } else {
                        in.skipField(tag);
                    }
                }
                return service;
            } catch (IOException e) {
                return "(unreadable)";
            }
        }
    }

    private static final class Replies implements MethodDescriptor.Marshaller<Boolean> {
        @Override
        public InputStream stream(Boolean serves) {
            int status = serves ? SERVING : NOT_SERVING;
            byte[] bytes = new byte[CodedOutputStream.computeEnumSize(REPLY_STATUS, status)];
            try {
                CodedOutputStream.newInstance(bytes).writeEnum(REPLY_STATUS, status);
            } catch (IOException e) {
                throw new IllegalStateException("what was counted does not fit", e);
            }
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public Boolean parse(InputStream stream) {
            throw new IllegalStateException("a server receives no replies");
        }
    }

    @Override
    public ServerCall.Listener<String> startCall(ServerCall<String, Boolean> call, Metadata headers) {
        call.request(1);
        return new ServerCall.Listener<>() {
            private String service = "";

            @Override
            public void onMessage(String message) {
                service = message;
            }

            @Override
            public void onHalfClose() {
                if (!KNOWN.contains(service)) {
                    call.close(Status.NOT_FOUND.withDescription("no service " + service), new Metadata());
                    return;
                }
                call.sendHeaders(new Metadata());
                call.sendMessage(serving.getAsBoolean());
                call.close(Status.OK, new Metadata());
            }
        };
    }
}
