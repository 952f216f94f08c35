package io.socketmaster.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that is not carried out, and what its client is told. Nothing was changed. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient ObjectNode details;
    private final String allow;

    ApiException(int status, String code, String message) {
        this(status, code, message, JsonNodeFactory.instance.objectNode());
    }

    /**
     * @param status of HTTP
     * @param code for programs, in capitals
     * @param message for people: the fault and the remedy
     * @param details further fields
     */
    ApiException(int status, String code, String message, ObjectNode details) {
        this(status, code, message, details, /* allow= */ "");
    }

    private ApiException(int status, String code, String message, ObjectNode details, String allow) {
        super(message, /* cause= */ null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.status = status;
        this.code = code;
        this.details = details;
        this.allow = allow;
    }

    int status() {
        return status;
    }

    ApiAnswer toAnswer() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("code", code);
        body.put("message", getMessage());
        body.setAll(details);
        ApiAnswer answer = ApiAnswer.json(status, body);
        return allow.isEmpty() ? answer : answer.with("Allow", allow);
    }

    /** @param allowed the methods that are, separated by commas */
    static ApiException methodNotAllowed(String method, String allowed) {
        return new ApiException(
                405,
                "WRONG_METHOD",
                method + " is not what this path takes; use " + allowed,
                JsonNodeFactory.instance.objectNode(),
                allowed);
    }

    static ApiException badRequest(String code, String message) {
        return new ApiException(400, code, message);
    }
}
