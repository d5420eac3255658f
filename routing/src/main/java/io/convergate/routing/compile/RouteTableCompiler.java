package io.convergate.routing.compile;

import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Map;

/** Compiles configurations into route tables. */
public final class RouteTableCompiler {
    private final CompileSettings settings;

    public RouteTableCompiler(CompileSettings settings) {
        this.settings = settings;
    }

    public Compilation compile(Map<ResourceKey, ? extends Resource> wanted) {
        return new Compilation(RouteTable.EMPTY, List.of(), Map.of());
    }
}
