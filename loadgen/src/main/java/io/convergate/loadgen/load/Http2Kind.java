package io.convergate.loadgen.load;

import io.convergate.loadgen.request.Body;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.request.Template;
import io.convergate.loadgen.request.Variables;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** HTTP/2 (RFC 9113), with prior knowledge or over TLS by ALPN: many calls on a connection at a time. Confined to its worker's loop. */
final class Http2Kind implements WireKind {
    private final Worker worker;
    private final @Nullable TlsClient tls;
    private final StringBuilder text = new StringBuilder();
    private final AsciiString scheme;
    private final Http2Headers[] constant;

    Http2Kind(Worker worker, int requests, @Nullable TlsClient tls) {
        this.worker = worker;
        this.tls = tls;
        this.scheme = AsciiString.of(tls == null ? "http" : "https");
        this.constant = new Http2Headers[requests];
    }

    @Override
    public void install(SocketChannel channel, Slot slot) {
        ChannelPipeline pipeline = channel.pipeline();
        if (tls != null) {
            pipeline.addLast(tls.handler(channel));
        }
        pipeline.addLast(new Http2Connection.Builder(this, worker, slot, tls != null).build());
    }

    @Override
    public void release() {
        // it holds nothing but heap
    }

    /** The head of a request. The worker's variables are at this request. */
    Http2Headers head(Prepared request, User user, int bodyBytes) {
        CookieJar jar = request.hasOwnCookies() ? null : user.cookies();
        if (jar != null && !jar.isEmpty()) {
            Http2Headers head = render(request, bodyBytes);
            String cookies = jar.header(head.path().toString(), tls != null, System.nanoTime());
            return cookies.isEmpty() ? head : head.add(AsciiString.cached("cookie"), cookies);
        }
        if (!request.isConstant()) {
            return render(request, bodyBytes);
        }
        Http2Headers made = constant[request.index()];
        if (made == null) {
            made = render(request, bodyBytes);
            constant[request.index()] = made;
        }
        return made;
    }

    private Http2Headers render(Prepared request, int bodyBytes) {
        RequestSpec spec = request.spec();
        Http2Headers headers = new DefaultHttp2Headers(false, 16)
                .method(AsciiString.cached(spec.method()))
                .scheme(scheme)
                .authority(fill(request.authority()))
                .path(fill(spec.path()));
        for (RequestSpec.Header header : request.headers()) {
            headers.add(AsciiString.cached(header.name().toLowerCase(Locale.ROOT)), fill(header.value()));
        }
        if (bodyBytes >= 0) {
            headers.add(AsciiString.cached("content-length"), Integer.toString(bodyBytes));
        }
        return headers;
    }

    private CharSequence fill(Template template) {
        text.setLength(0);
        template.append(text, worker.variables());
        return new AsciiString(text);
    }

    /** The body of a request, or null if it has none. */
    @Nullable
    ByteBuf body(Prepared request) {
        Body body = request.spec().body();
        Variables variables = worker.variables();
        if (body instanceof Body.Bytes fixed) {
            return Unpooled.wrappedBuffer(fixed.bytes());
        }
        if (body instanceof Body.Text filled) {
            return Unpooled.wrappedBuffer(filled.template().render(variables).getBytes(StandardCharsets.UTF_8));
        }
        return null;
    }
}
