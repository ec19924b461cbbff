// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.ApiTokens;
import io.fleetverifier.server.access.Role;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Calls the management plane through all filters, as a caller of a role. */
public final class ManagementApi {

  /** An answer; its body is a missing node where there is none. */
  public record Answer(int status, JsonNode body, String text, Map<String, String> headers) {

    /** Value of a header; empty when absent. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** Member {@code code} of a problem document. */
    public String code() {
      return body.path("code").asString("");
    }
  }

  private final MockMvc mvc;
  private final ApiTokens tokens;
  private final JsonMapper json;
  private final Map<Role, String> issued;
  private final @Nullable String bearer;
  private final Map<String, String> headers;

  ManagementApi(MockMvc mvc, ApiTokens tokens, JsonMapper json) {
    this(mvc, tokens, json, new ConcurrentHashMap<>(), null, Map.of());
  }

  private ManagementApi(
      MockMvc mvc,
      ApiTokens tokens,
      JsonMapper json,
      Map<Role, String> issued,
      @Nullable String bearer,
      Map<String, String> headers) {
    this.mvc = mvc;
    this.tokens = tokens;
    this.json = json;
    this.issued = issued;
    this.bearer = bearer;
    this.headers = headers;
  }

  /** The same, called with a token of this role. */
  public ManagementApi as(Role role) {
    return withToken(
        issued.computeIfAbsent(
            role, key -> tokens.issue("test", "test " + key, key, Duration.ofHours(1)).token()));
  }

  /** The same, called with this token. */
  public ManagementApi withToken(String token) {
    return new ManagementApi(mvc, tokens, json, issued, token, headers);
  }

  /** The same, with one more header. */
  public ManagementApi with(String name, String value) {
    Map<String, String> more = new ConcurrentHashMap<>(headers);
    more.put(name, value);
    return new ManagementApi(mvc, tokens, json, issued, bearer, more);
  }

  public Answer get(String path) {
    return call(HttpMethod.GET, path, null);
  }

  public Answer delete(String path) {
    return call(HttpMethod.DELETE, path, null);
  }

  public Answer post(String path, String body) {
    return call(HttpMethod.POST, path, body);
  }

  public Answer put(String path, String body) {
    return call(HttpMethod.PUT, path, body);
  }

  public Answer patch(String path, String body) {
    return call(HttpMethod.PATCH, path, body);
  }

  /**
   * Sends a file.
   *
   * @param type of its content; none is sent when absent
   */
  public Answer upload(String path, @Nullable String type, Bytes file) {
    MockHttpServletRequestBuilder request = request(HttpMethod.POST, path);
    if (type != null) {
      request.contentType(type);
    }
    return perform(request.content(file.toArray()), path);
  }

  /** Any call; the body is JSON. */
  public Answer call(HttpMethod method, String path, @Nullable String body) {
    MockHttpServletRequestBuilder request = request(method, path);
    if (body != null) {
      request.contentType(MediaType.APPLICATION_JSON).content(body);
    }
    return perform(request, path);
  }

  private MockHttpServletRequestBuilder request(HttpMethod method, String path) {
    MockHttpServletRequestBuilder request =
        MockMvcRequestBuilders.request(method, java.net.URI.create(path));
    headers.forEach(request::header);
    if (bearer != null) {
      request.header(HttpHeaders.AUTHORIZATION, "Bearer " + bearer);
    }
    return request;
  }

  private Answer perform(MockHttpServletRequestBuilder request, String path) {
    try {
      return answer(mvc.perform(request).andReturn().getResponse());
    } catch (Exception e) {
      throw new AssertionError(path, e);
    }
  }

  private Answer answer(MockHttpServletResponse response) throws Exception {
    String text = response.getContentAsString();
    Map<String, String> received = new ConcurrentHashMap<>();
    response
        .getHeaderNames()
        .forEach(name -> received.put(name, String.valueOf(response.getHeader(name))));
    boolean isJson = String.valueOf(response.getContentType()).contains("json");
    JsonNode body = isJson ? json.readTree(text) : MissingNode.getInstance();
    return new Answer(response.getStatus(), body, text, received);
  }
}
