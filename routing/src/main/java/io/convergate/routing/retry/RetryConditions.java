package io.convergate.routing.retry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a request is sent again for. The rules are those of Envoy's router filter; asking allocates nothing. Immutable.
 */
public final class RetryConditions {
    /** Istio's default: only where the upstream has not acted on the request, or says in gRPC that it has not. */
    public static final RetryConditions DEFAULT = new RetryConditions(
            EnumSet.of(
                    RetryCondition.CONNECT_FAILURE,
                    RetryCondition.REFUSED_STREAM,
                    RetryCondition.UNAVAILABLE,
                    RetryCondition.CANCELLED),
            List.of());

    /** What is left of any conditions when only requests that were not taken may be sent again. */
    private static final Set<RetryCondition> NOT_TAKEN =
            EnumSet.of(RetryCondition.CONNECT_FAILURE, RetryCondition.REFUSED_STREAM);

    /** The largest gRPC status code. */
    private static final int GRPC_STATUS_MAX = 16;

    private final Set<RetryCondition> conditions;
    private final List<Integer> statuses;
    private final BitSet byStatus = new BitSet();
    private final boolean[] byGrpcStatus = new boolean[GRPC_STATUS_MAX + 1];
    private final boolean[] byFailure = new boolean[AttemptFailure.values().length];
    private final boolean grpc;
    private final boolean rateLimited;

    /** @param statuses further HTTP statuses, 100 to 599 */
    public RetryConditions(Set<RetryCondition> conditions, List<Integer> statuses) {
        this.conditions = Set.copyOf(conditions);
        this.statuses = List.copyOf(statuses);
        for (int status : statuses) {
            if (status < 100 || status > 599) {
                throw new IllegalArgumentException(status + " (expected: 100 to 599)");
            }
            byStatus.set(status);
        }
        boolean anyGrpc = false;
        for (RetryCondition condition : this.conditions) {
            if (condition.grpcStatus() >= 0) {
                byGrpcStatus[condition.grpcStatus()] = true;
                anyGrpc = true;
            }
        }
        this.grpc = anyGrpc;
        this.rateLimited = this.conditions.contains(RetryCondition.ENVOY_RATELIMITED);
        markStatuses();
        markFailures();
    }

    private void markStatuses() {
        if (conditions.contains(RetryCondition.FIVE_XX)) {
            byStatus.set(500, 600);
        }
        if (conditions.contains(RetryCondition.GATEWAY_ERROR)) {
            byStatus.set(502, 505);
        }
        if (conditions.contains(RetryCondition.RETRIABLE_4XX)) {
            byStatus.set(409);
        }
    }

    private void markFailures() {
        boolean noResponse = conditions.contains(RetryCondition.FIVE_XX)
                || conditions.contains(RetryCondition.GATEWAY_ERROR)
                || conditions.contains(RetryCondition.RESET);
        Arrays.fill(byFailure, noResponse);
        byFailure[AttemptFailure.CONNECT.ordinal()] |= conditions.contains(RetryCondition.CONNECT_FAILURE)
                || conditions.contains(RetryCondition.RESET_BEFORE_REQUEST);
        byFailure[AttemptFailure.REFUSED_STREAM.ordinal()] |= conditions.contains(RetryCondition.REFUSED_STREAM);
    }

    /**
     * Reads Envoy's form: names and bare HTTP statuses, separated by commas. What is neither is left out: a configuration
     * with such a word has been refused.
     */
    public static RetryConditions parse(String retryOn) {
        Set<RetryCondition> conditions = EnumSet.noneOf(RetryCondition.class);
        List<Integer> statuses = new ArrayList<>();
        for (String part : retryOn.split(",", -1)) {
            String word = part.strip();
            if (isStatus(word)) {
                statuses.add(Integer.parseInt(word));
            } else {
                RetryCondition.named(word).ifPresent(conditions::add);
            }
        }
        return new RetryConditions(conditions, statuses);
    }

    /** Whether the word is a bare HTTP status, 100 to 599. */
    public static boolean isStatus(String word) {
        return word.length() == 3
                && word.charAt(0) >= '1'
                && word.charAt(0) <= '5'
                && Character.digit(word.charAt(1), 10) >= 0
                && Character.digit(word.charAt(2), 10) >= 0
                && word.chars().allMatch(c -> c < 0x80);
    }

    /** These conditions without any that could repeat what an upstream has taken up. */
    RetryConditions notTaken() {
        Set<RetryCondition> kept = EnumSet.noneOf(RetryCondition.class);
        for (RetryCondition condition : NOT_TAKEN) {
            AttemptFailure failure = condition == RetryCondition.CONNECT_FAILURE
                    ? AttemptFailure.CONNECT
                    : AttemptFailure.REFUSED_STREAM;
            if (on(failure)) {
                kept.add(condition);
            }
        }
        return new RetryConditions(kept, List.of());
    }

    /** Whether a response of this status, 100 to 599, is not taken for an answer. */
    public boolean onStatus(int status) {
        return byStatus.get(status);
    }

    /** Whether {@link #onGrpcStatus} can be true for any status. */
    public boolean onAnyGrpcStatus() {
        return grpc;
    }

    /** Whether a gRPC response with this status among its headers is not taken for an answer. */
    public boolean onGrpcStatus(String status) {
        int code = 0;
        if (status.isEmpty() || status.length() > 2) {
            return false;
        }
        for (int i = 0; i < status.length(); i++) {
            int digit = status.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            code = code * 10 + digit;
        }
        return code <= GRPC_STATUS_MAX && byGrpcStatus[code];
    }

    /** Whether a response with the header {@code x-envoy-ratelimited} is not taken for an answer. */
    public boolean onRateLimited() {
        return rateLimited;
    }

    /** Whether an attempt without a response is followed by another. */
    public boolean on(AttemptFailure failure) {
        return byFailure[failure.ordinal()];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RetryConditions that
                && conditions.equals(that.conditions)
                && statuses.equals(that.statuses);
    }

    @Override
    public int hashCode() {
        return conditions.hashCode() * 31 + statuses.hashCode();
    }

    /** As {@link #parse} reads them. */
    @Override
    public String toString() {
        return Stream.concat(
                        conditions.stream().sorted().map(RetryCondition::text),
                        statuses.stream().map(String::valueOf))
                .collect(Collectors.joining(","));
    }
}
