package io.convergate.routing.problem;

/**
 * The codes of problems. Those that start with {@code IST} are istioctl's, with its meaning; the others are ours, for
 * what istioctl leaves to the Kubernetes API server or does not have.
 */
public final class ProblemCode {
    /** The text is no YAML or JSON, or not UTF-8. */
    public static final String SYNTAX = "Syntax";

    /** A document or a change is too large, too deep, or holds too many documents. */
    public static final String TOO_LARGE = "TooLarge";

    /** A YAML anchor, alias, tag or merge key: each makes a document mean something it does not show. */
    public static final String YAML_ANCHOR = "YamlAnchor";

    /** A plain YAML scalar that parsers read differently, such as {@code yes} or {@code 010}. */
    public static final String ODD_SCALAR = "OddScalar";

    /** A key that stands twice in one mapping, or in one list whose items are told apart by it. */
    public static final String DUPLICATE_KEY = "DuplicateKey";

    /** A resource that stands twice in one change. */
    public static final String DUPLICATE_RESOURCE = "DuplicateResource";

    /** A kind or API version that is not served. */
    public static final String UNKNOWN_KIND = "UnknownKind";

    /** A field the kind does not have. */
    public static final String UNKNOWN_FIELD = "UnknownField";

    /** A value of the wrong type. */
    public static final String WRONG_TYPE = "WrongType";

    /** A field that must be there. */
    public static final String MISSING_FIELD = "MissingField";

    /** A value outside the field's rule. */
    public static final String INVALID_VALUE = "InvalidValue";

    /** Fields that exclude each other. */
    public static final String CONFLICTING_FIELDS = "ConflictingFields";

    /** A field that is read and kept but does not act yet. */
    public static final String NOT_SERVED_YET = "NotServedYet";

    /** A field that is accepted and means nothing here. */
    public static final String NO_EFFECT = "NoEffect";

    /** Retries that may do twice what a client asked for once. */
    public static final String UNSAFE_RETRY = "UnsafeRetry";

    /** A deprecated field. */
    public static final String DEPRECATED = "Deprecated";

    /** A rule of a delegate whose match lies in none of the matches that delegate to it. */
    public static final String DELEGATE_RULE_DROPPED = "DelegateRuleDropped";

    /** A delegate that no virtual service delegates to. */
    public static final String UNUSED_DELEGATE = "UnusedDelegate";

    /** The resource cannot be compiled, or waits for one that cannot; an older version of it, if any, still serves. */
    public static final String HELD_BACK = "HeldBack";

    /** A resource that would be refused now, was accepted by another version, and is served as it is. */
    public static final String ACCEPTED_EARLIER = "AcceptedEarlier";

    /** An Ingress or a Gateway whose class is served by somebody else, or by nobody. */
    public static final String NOT_OUR_CLASS = "NotOurClass";

    public static final String BACKEND_NOT_FOUND = "BackendNotFound";

    /** A policy for something that an older one is for. */
    public static final String CONFLICTING_POLICIES = "ConflictingPolicies";

    /** A resource that is named but does not exist: a gateway, a host, a subset. */
    public static final String REFERENCED_RESOURCE_NOT_FOUND = "IST0101";

    /** The secret of a gateway's server is not there, or holds no certificate and key. */
    public static final String INVALID_GATEWAY_CREDENTIAL = "IST0161";

    /** A destination without a port, at a service with several. */
    public static final String PORT_NEEDED = "IST0112";

    /** A gateway that no node's labels match. */
    public static final String NO_MATCHING_NODES = "IST0127";

    /** A selector of workloads that no workload's labels match. */
    public static final String NO_MATCHING_WORKLOADS = "IST0127";

    /** A route after one that takes everything. */
    public static final String UNREACHABLE_ROUTE = "IST0130";

    /** A match that an earlier one covers. */
    public static final String INEFFECTIVE_MATCH = "IST0131";

    /** A virtual service's host that none of its gateways serves. */
    public static final String HOST_NOT_IN_GATEWAY = "IST0132";

    /** Two gateways that use the same certificate. */
    public static final String DUPLICATE_CERTIFICATE = "IST0138";

    /** Two gateways that claim the same port and host. */
    public static final String CONFLICTING_GATEWAYS = "IST0145";

    /** A gateway's port that no port of the Service before its workloads leads to. */
    public static final String PORT_NOT_EXPOSED = "IST0162";

    /** A subset whose labels no endpoint has. */
    public static final String EMPTY_SUBSET = "IST0173";

    /** A destination rule for a host that does not exist. */
    public static final String RULE_FOR_UNKNOWN_HOST = "IST0174";

    /** Two service entries that give one host and port different protocols. */
    public static final String CONFLICTING_SERVICES = "IST0177";

    private ProblemCode() {}
}
