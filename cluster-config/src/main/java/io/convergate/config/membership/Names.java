package io.convergate.config.membership;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Where host names are looked up. */
@FunctionalInterface
public interface Names {
    /** The platform's own resolution: hosts file and DNS, A and AAAA records. */
    Names SYSTEM = name -> Arrays.stream(InetAddress.getAllByName(name))
            .map(InetAddress::getHostAddress)
            .toList();

    /**
     * The addresses of a name now. May block for seconds.
     *
     * @throws UnknownHostException if there are none, or nobody can say
     */
    List<String> addresses(String name) throws UnknownHostException;
}
