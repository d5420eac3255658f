package io.convergate.loadgen.load;

import io.convergate.loadgen.request.Body;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.request.Variables;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes requests as HTTP/1.1. One that never changes is made once and sent from the same memory each time. Confined to its worker's loop. */
final class Http1Encoder {
    private final Variables variables;
    private final ByteBuf[] constant;
    private final boolean isSecure;
    private final StringBuilder text = new StringBuilder(512);

    Http1Encoder(PreparedSet requests, Variables variables, boolean isSecure) {
        this.isSecure = isSecure;
        this.variables = variables;
        this.constant = new ByteBuf[requests.size()];
    }

    /** The bytes of a request; the caller releases them. The worker's variables are at this request. */
    ByteBuf encode(Prepared request, User user, ByteBufAllocator allocator) {
        CookieJar jar = request.hasOwnCookies() ? null : user.cookies();
        if (!request.isConstant() || (jar != null && !jar.isEmpty())) {
            return render(request, jar, allocator);
        }
        ByteBuf made = constant[request.index()];
        if (made == null) {
            made = Unpooled.unreleasableBuffer(render(request, null, allocator));
            constant[request.index()] = made;
        }
        return made.duplicate();
    }

    private ByteBuf render(Prepared request, @Nullable CookieJar jar, ByteBufAllocator allocator) {
        byte[] body = body(request.spec().body());
        text.setLength(0);
        text.append(request.spec().method()).append(' ');
        int target = text.length();
        request.spec().path().append(text, variables);
        String cookies =
                jar == null || jar.isEmpty() ? "" : jar.header(text.substring(target), isSecure, System.nanoTime());
        text.append(" HTTP/1.1\r\nhost: ");
        request.authority().append(text, variables);
        for (RequestSpec.Header header : request.headers()) {
            text.append("\r\n").append(header.name()).append(": ");
            header.value().append(text, variables);
        }
        if (!cookies.isEmpty()) {
            text.append("\r\ncookie: ").append(cookies);
        }
        if (body != null) {
            text.append("\r\ncontent-length: ").append(body.length);
        }
        text.append("\r\n\r\n");
        ByteBuf out = allocator.directBuffer(ByteBufUtil.utf8MaxBytes(text) + (body == null ? 0 : body.length));
        ByteBufUtil.writeUtf8(out, text);
        if (body != null) {
            out.writeBytes(body);
        }
        return out;
    }

    private byte @Nullable [] body(Body body) {
        if (body instanceof Body.Bytes fixed) {
            return fixed.bytes();
        }
        if (body instanceof Body.Text filled) {
            return filled.template().render(variables).getBytes(StandardCharsets.UTF_8);
        }
        return null;
    }

    /** Gives back what was made once. */
    void release() {
        for (ByteBuf made : constant) {
            if (made != null) {
                made.unwrap().release();
            }
        }
    }
}
