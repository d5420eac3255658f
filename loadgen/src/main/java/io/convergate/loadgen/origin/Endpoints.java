package io.convergate.loadgen.origin;

import java.util.function.IntFunction;

/** What an origin serves under which path. Anything that is none of its endpoints is a 200 with its label and the target. */
final class Endpoints {
    private static final long BYTES_MAX = 1L << 40;
    private static final int MS_MAX = 600_000;
    private static final int PIECES_MAX = 1_000_000;

    private final String label;

    Endpoints(String label) {
        this.label = label;
    }

    Reply answer(Received request) {
        String[] path = request.path().substring(1).split("/", -1);
        try {
            return switch (path[0]) {
                case "echo" -> echo(request, path);
                case "delay" -> own(request).after(number(path, 1, MS_MAX));
                case "status" -> Reply.text(status(path), label + " " + path[1] + "\n");
                case "size" -> new Reply(200, Reply.TEXT, new Reply.Sized(number(path, 1, BYTES_MAX)), 0);
                case "stream" -> new Reply(200, Reply.TEXT, ticks(path, number -> label + " " + number + "\n"), 0);
                case "sse" -> new Reply(200, "text/event-stream", ticks(path, this::event), 0);
                default -> own(request);
            };
        } catch (IllegalArgumentException e) {
            return Reply.text(400, e.getMessage() + "\n");
        }
    }

    private Reply own(Received request) {
        return Reply.text(200, label + " " + request.head().uri() + "\n");
    }

    /** {@code /echo} tells about the request, {@code /echo/body} gives its body back. */
    private Reply echo(Received request, String[] path) {
        if (path.length > 1 && path[1].equals("body")) {
            String type = request.head().headers().get("content-type", "application/octet-stream");
            return new Reply(200, type, new Reply.Whole(request.body().toByteArray()), 0);
        }
        return new Reply(200, "application/json", new Reply.Whole(request.asJson(label)), 0);
    }

    private Reply.Ticks ticks(String[] path, IntFunction<String> text) {
        return new Reply.Ticks((int) number(path, 1, PIECES_MAX), number(path, 2, MS_MAX), text);
    }

    private String event(int number) {
        return "id: " + number + "\nevent: tick\ndata: " + label + " " + number + "\n\n";
    }

    private static int status(String[] path) {
        long status = number(path, 1, 599);
        if (status < 200) {
            throw new IllegalArgumentException(status + " (expected: 200 to 599)");
        }
        return (int) status;
    }

    private static long number(String[] path, int index, long max) {
        String text = index < path.length ? path[index] : "";
        if (!text.matches("\\d{1,13}") || Long.parseLong(text) > max) {
            throw new IllegalArgumentException("'" + text + "' (expected: 0 to " + max + ")");
        }
        return Long.parseLong(text);
    }
}
