// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import io.fleetverifier.server.keys.KeyUnavailableException;
import jakarta.servlet.ServletException;
import jakarta.validation.ConstraintViolationException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** The one place where exceptions become problems. What is not named here is an internal error. */
final class ProblemMapping {

  private static final Duration COME_BACK = Duration.ofSeconds(30);
  private static final int LONGEST_NAME = 64;
  private static final String UNREADABLE = "The body is missing or cannot be read.";

  /** Member of an error: JSON pointer (RFC 6901) into the body, or name of a parameter. */
  private static final String POINTER = "pointer";

  private static final String PARAMETER = "parameter";

  private ProblemMapping() {}

  static ProblemException of(Throwable thrown) {
    return switch (thrown) {
      case ProblemException problem -> problem;
      case ServletException wrapper when wrapper.getCause() != null -> of(wrapper.getCause());
      case HttpMessageNotReadableException unreadable -> unreadable(unreadable);
      case UnreadableBodyException broken -> unreadable(broken);
      case BodyTooLargeException tooLarge -> new ProblemException(ProblemCode.TOO_LARGE);
      case MethodArgumentNotValidException invalid -> invalid(fieldErrors(invalid));
      case HandlerMethodValidationException invalid -> invalid(parameterErrors(invalid));
      case ConstraintViolationException invalid -> invalid(violations(invalid));
      case MethodArgumentTypeMismatchException mismatch ->
          new ProblemException(
              ProblemCode.MALFORMED, "The value of " + mismatch.getName() + " cannot be read.");
      case AuthenticationException unknown -> new ProblemException(ProblemCode.UNAUTHORIZED);
      case AccessDeniedException denied -> new ProblemException(ProblemCode.FORBIDDEN);
      case RequestRejectedException rejected -> new ProblemException(ProblemCode.MALFORMED);
      case KeyUnavailableException down -> unavailable(down);
      case OptimisticLockingFailureException stale -> new ProblemException(ProblemCode.CONFLICT);
      case ConcurrencyFailureException race -> unavailable(race);
      case TransientDataAccessException transientFailure -> unavailable(transientFailure);
      case DataAccessResourceFailureException down -> unavailable(down);
      case CannotCreateTransactionException down -> unavailable(down);
      case DataIntegrityViolationException conflict ->
          new ProblemException(ProblemCode.CONFLICT).causedBy(conflict);
      // The container reports by itself that a client has gone; there is nobody to answer.
      case IOException gone when DisconnectedClientHelper.isClientDisconnectedException(gone) ->
          new ProblemException(ProblemCode.MALFORMED, UNREADABLE);
      case ErrorResponse framework -> ofStatus(framework.getStatusCode().value(), thrown);
      default -> new ProblemException(ProblemCode.INTERNAL).causedBy(thrown);
    };
  }

  private static ProblemException ofStatus(int status, Throwable thrown) {
    ProblemException problem = new ProblemException(ProblemCode.ofStatus(status));
    return status >= 500 ? problem.causedBy(thrown) : problem;
  }

  private static ProblemException unavailable(Throwable cause) {
    return ProblemException.retryAfter(ProblemCode.RETRY, COME_BACK).causedBy(cause);
  }

  private static ProblemException unreadable(UnreadableBodyException broken) {
    return broken.getCause() instanceof BodyTooLargeException tooLarge
        ? of(tooLarge)
        : new ProblemException(ProblemCode.MALFORMED, UNREADABLE);
  }

  private static ProblemException unreadable(HttpMessageNotReadableException unreadable) {
    for (Throwable cause = unreadable.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof BodyTooLargeException || cause instanceof ProblemException) {
        return of(cause);
      }
    }
    return switch (unreadable.getCause()) {
      case UnrecognizedPropertyException unknown ->
          new ProblemException(
              ProblemCode.MALFORMED,
              "The member \"" + printable(unknown.getPropertyName()) + "\" is not known.");
      case JacksonException json -> notJson(json);
      case null, default -> new ProblemException(ProblemCode.MALFORMED, UNREADABLE);
    };
  }

  /** The parser's own words may hold content of the body, so only the place is told. */
  private static ProblemException notJson(JacksonException json) {
    String where =
        json.getPath().stream()
            .map(part -> part.getPropertyName() == null ? "" : printable(part.getPropertyName()))
            .filter(name -> !name.isEmpty())
            .reduce((outer, inner) -> outer + "." + inner)
            .map(path -> " at " + path)
            .orElse("");
    return new ProblemException(
        ProblemCode.MALFORMED, "The body is not the JSON document that is asked for" + where + ".");
  }

  private static String printable(String name) {
    String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    return cut.replaceAll("[^A-Za-z0-9._-]", "?");
  }

  private static ProblemException invalid(Stream<Map<String, String>> errors) {
    List<Map<String, String>> all = errors.toList();
    return new ProblemException(
        ProblemCode.INVALID, "Some values are not valid.", Map.of("errors", all));
  }

  private static Stream<Map<String, String>> fieldErrors(MethodArgumentNotValidException invalid) {
    boolean inBody = invalid.getParameter().hasParameterAnnotation(RequestBody.class);
    return invalid.getAllErrors().stream()
        .map(error ->
            inBody
                ? error(POINTER, pointer(fieldOf(error)), error.getDefaultMessage())
                : error(PARAMETER, fieldOf(error), error.getDefaultMessage()));
  }

  private static String fieldOf(ObjectError error) {
    return error instanceof FieldError field ? field.getField() : "";
  }

  /** The JSON pointer of a property path such as {@code eks[0].area}. */
  private static String pointer(String path) {
    return path.isEmpty() ? "" : "/" + path.replaceAll("\\[(\\w*)]", ".$1").replace('.', '/');
  }

  private static Stream<Map<String, String>> parameterErrors(
      HandlerMethodValidationException invalid) {
    return invalid.getParameterValidationResults().stream()
        .flatMap(result ->
            result.getResolvableErrors().stream()
                .map(error ->
                    error(
                        PARAMETER,
                        parameterOf(result.getMethodParameter().getParameterName(), error),
                        error.getDefaultMessage())));
  }

  private static String parameterOf(@Nullable String parameter, MessageSourceResolvable error) {
    return error instanceof FieldError field ? field.getField() : String.valueOf(parameter);
  }

  private static Stream<Map<String, String>> violations(ConstraintViolationException invalid) {
    return invalid.getConstraintViolations().stream()
        .map(violation ->
            error(PARAMETER, violation.getPropertyPath().toString(), violation.getMessage()));
  }

  private static Map<String, String> error(String where, String place, @Nullable String message) {
    return Map.of(where, place, "detail", message == null ? "not valid" : message);
  }
}
