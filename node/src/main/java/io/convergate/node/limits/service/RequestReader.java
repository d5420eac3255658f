package io.convergate.node.limits.service;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.convergate.node.limits.service.RateLimitRequest.Brought;
import io.convergate.node.limits.service.RateLimitRequest.Descriptor;
import io.convergate.routing.descriptor.Entry;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.model.policy.RateLimitDomain.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads {@code envoy.service.ratelimit.v3.RateLimitRequest}. Written by hand, by the field numbers of Envoy's API: these few messages are
 * all of it that is spoken here. Fields that are not known are passed over, as Protocol Buffers wants it.
 */
final class RequestReader {
    private static final int BYTES = 2;
    private static final int VARINT = 0;

    private static final int REQUEST_DOMAIN = 1 << 3 | BYTES;
    private static final int REQUEST_DESCRIPTORS = 2 << 3 | BYTES;
    private static final int REQUEST_HITS_ADDEND = 3 << 3 | VARINT;
    private static final int DESCRIPTOR_ENTRIES = 1 << 3 | BYTES;
    private static final int DESCRIPTOR_LIMIT = 2 << 3 | BYTES;
    private static final int DESCRIPTOR_HITS_ADDEND = 3 << 3 | BYTES;
    private static final int ENTRY_KEY = 1 << 3 | BYTES;
    private static final int ENTRY_VALUE = 2 << 3 | BYTES;
    private static final int LIMIT_REQUESTS_PER_UNIT = 1 << 3 | VARINT;
    private static final int LIMIT_UNIT = 2 << 3 | VARINT;
    private static final int WRAPPED_VALUE = 1 << 3 | VARINT;

    private RequestReader() {}

    /** What is well-formed and refused all the same. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String found, String expected) {
            super(found + " (expected: " + expected + ")");
        }
    }

    /** Reads a part of a message, field by field. */
    @FunctionalInterface
    private interface Fields {
        void field(int tag, CodedInputStream in) throws IOException;
    }

    /** Reads a request; never fails. */
    static ReceivedRequest read(InputStream stream) {
        try {
            return read(stream.readAllBytes());
        } catch (IOException e) {
            return new ReceivedRequest.Unreadable("the request cannot be read: " + e.getMessage());
        }
    }

    static ReceivedRequest read(byte[] bytes) {
        try {
            return new ReceivedRequest.Readable(request(CodedInputStream.newInstance(bytes)));
        } catch (InvalidProtocolBufferException e) {
            return new ReceivedRequest.Unreadable(
                    "no RateLimitRequest of envoy.service.ratelimit.v3: " + e.getMessage());
        } catch (IOException e) {
            return new ReceivedRequest.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static void fields(CodedInputStream in, Fields reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            reader.field(tag, in);
        }
    }

    private static void message(CodedInputStream in, Fields reader) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        fields(in, reader);
        in.checkLastTagWas(0);
        in.popLimit(outer);
    }

    private static RateLimitRequest request(CodedInputStream in) throws IOException {
        String[] domain = {""};
        long[] hits = {0};
        List<Descriptor> descriptors = new ArrayList<>(4);
        fields(in, (tag, from) -> {
            switch (tag) {
                case REQUEST_DOMAIN -> domain[0] = from.readStringRequireUtf8();
                case REQUEST_DESCRIPTORS -> {
                    bounded("descriptors", descriptors.size(), LimitServiceSettings.DESCRIPTORS_MAX);
                    descriptors.add(descriptor(from));
                }
                case REQUEST_HITS_ADDEND -> hits[0] = Integer.toUnsignedLong(from.readUInt32());
                default -> from.skipField(tag);
            }
        });
        // envoyproxy/ratelimit refuses these two as well.
        if (domain[0].isEmpty()) {
            throw new Refused("no domain", "a domain");
        }
        if (descriptors.isEmpty()) {
            throw new Refused("no descriptors", "one or more");
        }
        return new RateLimitRequest(domain[0], descriptors, hits[0]);
    }

    private static void bounded(String what, int before, int most) throws Refused {
        if (before == most) {
            throw new Refused("more than " + most + " " + what, "at most " + most);
        }
    }

    private static Descriptor descriptor(CodedInputStream in) throws IOException {
        List<Entry> entries = new ArrayList<>(4);
        Draft draft = new Draft();
        message(in, (tag, from) -> {
            switch (tag) {
                case DESCRIPTOR_ENTRIES -> {
                    bounded("entries", entries.size(), LimitServiceSettings.ENTRIES_MAX);
                    entries.add(entry(from));
                }
                case DESCRIPTOR_LIMIT -> brought(from, draft);
                case DESCRIPTOR_HITS_ADDEND -> {
                    draft.hits = 0;
                    message(from, (inner, value) -> {
                        if (inner == WRAPPED_VALUE) {
                            draft.hits = value.readUInt64();
                        } else {
                            value.skipField(inner);
                        }
                    });
                    // Of those beyond, whose sign differs here, no limit lets any pass either.
                    draft.hits = draft.hits < 0 ? Long.MAX_VALUE : draft.hits;
                }
                default -> from.skipField(tag);
            }
        });
        if (entries.isEmpty()) {
            throw new Refused("a descriptor without entries", "one or more");
        }
        return new Descriptor(
                entries, draft.brought(), draft.hits < 0 ? OptionalLong.empty() : OptionalLong.of(draft.hits));
    }

    /** A descriptor's parts as they come; a part that comes twice is merged. */
    private static final class Draft {
        private long hits = -1;
        private boolean limited;
        private long requests;
        private int unit;

        Optional<Brought> brought() throws Refused {
            if (!limited) {
                return Optional.empty();
            }
            Unit known = Arrays.stream(Unit.values())
                    .filter(candidate -> candidate.number() == unit)
                    .findFirst()
                    .orElse(null);
            if (known == null) {
                throw new Refused("unit " + unit + " in a limit of the request", "1 to 7, for SECOND to WEEK");
            }
            if (requests > LimitSpec.AMOUNT_MAX) {
                throw new Refused(
                        requests + " requests_per_unit in a limit of the request", "at most " + LimitSpec.AMOUNT_MAX);
            }
            return Optional.of(new Brought(requests, known));
        }
    }

    private static void brought(CodedInputStream in, Draft draft) throws IOException {
        draft.limited = true;
        message(in, (tag, from) -> {
            switch (tag) {
                case LIMIT_REQUESTS_PER_UNIT -> draft.requests = Integer.toUnsignedLong(from.readUInt32());
                case LIMIT_UNIT -> draft.unit = from.readEnum();
                default -> from.skipField(tag);
            }
        });
    }

    private static Entry entry(CodedInputStream in) throws IOException {
        String[] parts = {"", ""};
        message(in, (tag, from) -> {
            switch (tag) {
                case ENTRY_KEY -> parts[0] = from.readStringRequireUtf8();
                case ENTRY_VALUE -> parts[1] = from.readStringRequireUtf8();
                default -> from.skipField(tag);
            }
        });
        return new Entry(parts[0], parts[1]);
    }
}
