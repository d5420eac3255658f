package io.convergate.routing.validate;

import io.convergate.routing.model.Resource;
import io.convergate.routing.problem.Problem;
import java.util.List;

public final class ResourceValidator {
    private ResourceValidator() {}

    public static List<Problem> validate(Resource resource) {
        return List.of();
    }
}
