// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.luks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class CanonicalJsonTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Test
  void membersAreSortedByUtf16CodeUnitsAndWhiteSpaceGoes() throws Exception {
    // The example of RFC 8785, section 3.2.3.
    assertThat(
            canonical(
                "{ \"\\u20ac\": \"Euro Sign\", \"\\r\": \"Carriage Return\", \"\\ufb33\": \"Hebrew\","
                    + " \"1\": \"One\", \"\\ud83d\\ude00\": \"Emoji\", \"\\u0080\": \"Control\","
                    + " \"\\u00f6\": \"o\" }"))
        .isEqualTo(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"o\","
                + "\"€\":\"Euro Sign\",\"😀\":\"Emoji\",\"\ufb33\":\"Hebrew\"}");
  }

  @Test
  void textIsEscapedOnlyWhereItMustBe() throws Exception {
    // The text of RFC 8785, section 3.2.2, and the solidus that some writers escape.
    assertThat(canonical("\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\\b\\f\\t\""))
        .isEqualTo("\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\f\\t\"");
  }

  @Test
  void wholeNumbersListsAndEmptyThingsAreWrittenAsTheyAre() throws Exception {
    assertThat(canonical("[ 0, -0, -7, 9007199254740991, [ ], { } ]"))
        .isEqualTo("[0,0,-7,9007199254740991,[],{}]");
  }

  @Test
  void whatHasNoSimpleCanonicalFormIsRefused() {
    for (String json :
        new String[] {
          "1.5",
          "1e3",
          "9007199254740992",
          "-9223372036854775808",
          "99999999999999999999",
          "true",
          "null"
        }) {
      assertThatThrownBy(() -> canonical(json)).as(json).isInstanceOf(LuksException.class);
    }
    assertThatThrownBy(() -> canonical("\"\\ude00\\ud83d\"")).isInstanceOf(LuksException.class);
  }

  private static String canonical(String json) throws LuksException {
    return CanonicalJson.of(MAPPER.readTree(json));
  }
}
