package io.convergate.routing.limit;

import io.convergate.routing.request.RequestFacts;

/** What a limit's key takes from a request. What is not there is a value of its own: all who lack it share a count. */
public sealed interface KeyPart {
    /** Adds it; allocates nothing but what the request does itself. */
    void add(KeyHash hash, RequestFacts request);

    /** The network of the client's address, by the bits that count. */
    record ClientAddress(int ipv4Prefix, int ipv6Prefix) implements KeyPart {
        private static final int IPV4_BYTES = 4;

        @Override
        public void add(KeyHash hash, RequestFacts request) {
            byte[] address = request.clientAddress();
            hash.addAddress(address, address.length == IPV4_BYTES ? ipv4Prefix : ipv6Prefix);
        }

        @Override
        public String toString() {
            return "client address /" + ipv4Prefix + " (IPv6 /" + ipv6Prefix + ")";
        }
    }

    /** A header, by its name in lower case. */
    record Header(String name) implements KeyPart {
        @Override
        public void add(KeyHash hash, RequestFacts request) {
            hash.addPart(request.header(name));
        }

        @Override
        public String toString() {
            return "header " + name;
        }
    }

    /** A cookie, by its name; of several the first. */
    record Cookie(String name) implements KeyPart {
        @Override
        public void add(KeyHash hash, RequestFacts request) {
            String cookies = request.header("cookie");
            if (cookies == null) {
                hash.addPart(null);
            } else {
                named(hash, cookies, name, ';');
            }
        }

        @Override
        public String toString() {
            return "cookie " + name;
        }
    }

    /** A parameter of the query, by its name, as received; of several the first. */
    record Query(String name) implements KeyPart {
        @Override
        public void add(KeyHash hash, RequestFacts request) {
            String query = request.query();
            if (query == null) {
                hash.addPart(null);
            } else {
                named(hash, query, name, '&');
            }
        }

        @Override
        public String toString() {
            return "query parameter " + name;
        }
    }

    /** A segment of the path, from 1. */
    record PathSegment(int number) implements KeyPart {
        @Override
        public void add(KeyHash hash, RequestFacts request) {
            String path = request.path();
            int from = 0;
            for (int i = 0; i < number; i++) {
                from = path.indexOf('/', from) + 1;
                if (from == 0) {
                    hash.addPart(null);
                    return;
                }
            }
            int slash = path.indexOf('/', from);
            hash.addPart(path, from, slash < 0 ? path.length() : slash);
        }

        @Override
        public String toString() {
            return "path segment " + number;
        }
    }

    /** The same for all. */
    record Constant(String value) implements KeyPart {
        @Override
        public void add(KeyHash hash, RequestFacts request) {
            hash.addPart(value);
        }

        @Override
        public String toString() {
            return "constant " + value;
        }
    }

    private static void named(KeyHash hash, String list, String name, char separator) {
        int from = 0;
        while (from < list.length()) {
            while (from < list.length() && list.charAt(from) == ' ') {
                from++;
            }
            int next = list.indexOf(separator, from);
            int end = next < 0 ? list.length() : next;
            int equals = from + name.length();
            if (equals <= end && list.startsWith(name, from) && (equals == end || list.charAt(equals) == '=')) {
                hash.addPart(list, Math.min(equals + 1, end), end);
                return;
            }
            from = end + 1;
        }
        hash.addPart(null);
    }
}
