package bench;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Spring Cloud Gateway as the benchmark's peer: system properties {@code bench.origin} (a URI) and
 * {@code bench.routes} (how many routes that do not match come before the one that does; default 0, its best case).
 */
@SpringBootApplication
public class GatewayPeer {
    public static void main(String[] args) {
        SpringApplication.run(GatewayPeer.class, args);
    }

    @Bean
    RouteLocator routes(RouteLocatorBuilder builder, Environment env) {
        String origin = env.getRequiredProperty("bench.origin");
        int before = env.getProperty("bench.routes", Integer.class, 0);
        RouteLocatorBuilder.Builder routes = builder.routes();
        for (int i = 0; i < before; i++) {
            String path = "/none-" + i + "/**";
            routes.route("none-" + i, r -> r.path(path).uri(origin));
        }
        return routes.route("all", r -> r.path("/**").uri(origin)).build();
    }
}
