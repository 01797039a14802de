import { expect, test } from "vitest";
import { requestIdOf } from "./request-id.ts";
import { formatTraceparent, parseTraceparent } from "./trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

// The example of https://www.w3.org/TR/trace-context/ and what its rules refuse.
test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  [`00-${TRACE}-${SPAN}-03`, true],
  // A later version may say more.
  [`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, true],
])("%s is a context", (header, isSampled) => {
  const context = parseTraceparent(header);
  expect(context).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
  expect(formatTraceparent(context!)).toBe(`00-${TRACE}-${SPAN}-${isSampled ? "01" : "00"}`);
});

test.each([
  undefined,
  "",
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`,
  `cc-${TRACE}-${SPAN}-01.more`,
  [`00-${TRACE}-${SPAN}-01`],
])("%j is none, and ignored", (header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});

test("a client's id of a request is kept where a log can hold it", () => {
  expect(requestIdOf({ "x-request-id": "shop/2026-11-28:7" })).toBe("shop/2026-11-28:7");
  for (const odd of ["", "a b", "a\nb", "é", "x".repeat(129), undefined])
    expect(requestIdOf({ "x-request-id": odd })).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
});
