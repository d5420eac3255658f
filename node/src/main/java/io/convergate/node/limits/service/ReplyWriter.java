package io.convergate.node.limits.service;

import com.google.protobuf.CodedOutputStream;
import io.convergate.node.limits.service.RateLimitReply.Header;
import io.convergate.node.limits.service.RateLimitReply.Status;
import io.convergate.routing.descriptor.DescriptorLimit;
import io.convergate.routing.model.policy.RateLimitDomain.Unit;
import java.io.IOException;

/** Writes {@code envoy.service.ratelimit.v3.RateLimitResponse}, by the field numbers of Envoy's API. */
final class ReplyWriter {
    private static final int BYTES = 2;

    private static final int REPLY_OVERALL_CODE = 1;
    private static final int REPLY_STATUSES = 2;
    private static final int REPLY_RESPONSE_HEADERS = 3;
    private static final int STATUS_CODE = 1;
    private static final int STATUS_CURRENT_LIMIT = 2;
    private static final int STATUS_LIMIT_REMAINING = 3;
    private static final int STATUS_DURATION_UNTIL_RESET = 4;
    private static final int LIMIT_REQUESTS_PER_UNIT = 1;
    private static final int LIMIT_UNIT = 2;
    private static final int LIMIT_NAME = 3;
    private static final int DURATION_SECONDS = 1;
    private static final int HEADER_KEY = 1;
    private static final int HEADER_VALUE = 2;

    private ReplyWriter() {}

    static byte[] write(RateLimitReply reply) {
        int size = CodedOutputStream.computeEnumSize(
                REPLY_OVERALL_CODE, reply.overall().number());
        for (Status status : reply.statuses()) {
            size += nested(REPLY_STATUSES, size(status));
        }
        for (Header header : reply.headers()) {
            size += nested(REPLY_RESPONSE_HEADERS, size(header));
        }
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeEnum(REPLY_OVERALL_CODE, reply.overall().number());
            for (Status status : reply.statuses()) {
                write(status, out);
            }
            for (Header header : reply.headers()) {
                begin(REPLY_RESPONSE_HEADERS, size(header), out);
                out.writeString(HEADER_KEY, header.name());
                out.writeString(HEADER_VALUE, header.value());
            }
        } catch (IOException e) {
            throw new IllegalStateException("what was counted does not fit", e);
        }
        out.checkNoSpaceLeft();
        return bytes;
    }

    private static void begin(int field, int size, CodedOutputStream out) throws IOException {
        out.writeTag(field, BYTES);
        out.writeUInt32NoTag(size);
    }

    private static int nested(int field, int size) {
        return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    private static void write(Status status, CodedOutputStream out) throws IOException {
        begin(REPLY_STATUSES, size(status), out);
        out.writeEnum(STATUS_CODE, status.code().number());
        DescriptorLimit limit = status.limit();
        if (limit != null) {
            begin(STATUS_CURRENT_LIMIT, size(limit), out);
            out.writeUInt32(LIMIT_REQUESTS_PER_UNIT, (int) limit.requestsPerUnit());
            out.writeEnum(LIMIT_UNIT, unit(limit));
            if (!limit.name().isEmpty()) {
                out.writeString(LIMIT_NAME, limit.name());
            }
        }
        if (status.remaining() != 0) {
            out.writeUInt32(STATUS_LIMIT_REMAINING, (int) status.remaining());
        }
        if (limit != null) {
            begin(STATUS_DURATION_UNTIL_RESET, durationSize(status), out);
            out.writeInt64(DURATION_SECONDS, status.resetSeconds());
        }
    }

    private static int unit(DescriptorLimit limit) {
        return limit.unit().map(Unit::number).orElse(0);
    }

    private static int durationSize(Status status) {
        return CodedOutputStream.computeInt64Size(DURATION_SECONDS, status.resetSeconds());
    }

    private static int size(Status status) {
        DescriptorLimit limit = status.limit();
        return CodedOutputStream.computeEnumSize(STATUS_CODE, status.code().number())
                + (limit == null ? 0 : nested(STATUS_CURRENT_LIMIT, size(limit)))
                + (status.remaining() == 0
                        ? 0
                        : CodedOutputStream.computeUInt32Size(STATUS_LIMIT_REMAINING, (int) status.remaining()))
                + (limit == null ? 0 : nested(STATUS_DURATION_UNTIL_RESET, durationSize(status)));
    }

    private static int size(DescriptorLimit limit) {
        return CodedOutputStream.computeUInt32Size(LIMIT_REQUESTS_PER_UNIT, (int) limit.requestsPerUnit())
                + CodedOutputStream.computeEnumSize(LIMIT_UNIT, unit(limit))
                + (limit.name().isEmpty() ? 0 : CodedOutputStream.computeStringSize(LIMIT_NAME, limit.name()));
    }

    private static int size(Header header) {
        return CodedOutputStream.computeStringSize(HEADER_KEY, header.name())
                + CodedOutputStream.computeStringSize(HEADER_VALUE, header.value());
    }
}
