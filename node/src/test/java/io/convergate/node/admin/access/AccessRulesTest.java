package io.convergate.node.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {
    @ParameterizedTest
    @CsvSource({
        "GET,    /livez,                                              none",
        "HEAD,   /readyz,                                             none",
        "GET,    /metrics,                                            none",
        "POST,   /metrics,                                            edit",
        "GET,    /livez/,                                             view",
        "GET,    /status,                                             view",
        "GET,    /backup,                                             view",
        "GET,    /version,                                            view",
        "GET,    /openapi/v3,                                         view",
        "GET,    /something/new,                                      view",
        "POST,   /something/new,                                      edit",
        "BREW,   /something/new,                                      edit",
        "POST,   /apply,                                              edit",
        "POST,   /rollback,                                           edit",
        "POST,   /reseal,                                             admin",
        "POST,   /explain,                                            view",
        "POST,   /analyze,                                            view",
        "POST,   /impact,                                             view",
        "POST,   /apis/authentication.k8s.io/v1/selfsubjectreviews,   view",
        "POST,   /apis/authorization.k8s.io/v1/selfsubjectrulesreviews, view",
        "PUT,    /explain,                                            edit",
        "GET,    /api/v1/namespaces/default/secrets/x,                view",
        "PUT,    /api/v1/namespaces/default/secrets/x,                admin",
        "POST,   /api/v1/namespaces/default/secrets,                  admin",
        "DELETE, /api/v1/secrets,                                     admin",
        "PATCH,  /api/v1/namespaces/default/configmaps/x,             edit",
        "PATCH,  /apis/networking.istio.io/v1/namespaces/a/gateways/x, edit"
    })
    void eachCallNeedsItsRole(String method, String path, String role) {
        assertThat(AccessRules.needed(method, path).map(Role::word).orElse("none"))
                .isEqualTo(role);
    }
}
