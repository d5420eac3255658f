package io.convergate.routing.compile;

import io.convergate.routing.model.Resource;

/** Says which resource could not be compiled. Never leaves this package. */
final class CompileFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Resource resource;

    CompileFailure(Resource resource, Throwable cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.resource = resource;
    }

    Resource resource() {
        return resource;
    }
}
