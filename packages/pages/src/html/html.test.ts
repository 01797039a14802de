import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanText, cutText, escapeHtml, html, Markup } from "./html.ts";

describe("html", () => {
  test("escapes what is interpolated and keeps its own markup", () => {
    const inner = html`<b>${"a < b"}</b>`;
    expect(html`<p title="${'"'}">${inner}${[inner, "&"]}${undefined}${false}${3}</p>`.text).toBe(
      '<p title="&quot;"><b>a &lt; b</b><b>a &lt; b</b>&amp;3</p>',
    );
  });

  test("no text can leave an element or a quoted attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
        expect(html`${text}`).toBeInstanceOf(Markup);
      }),
    );
  });
});

describe("cleanText", () => {
  test("makes any string survive UTF-8", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const cleaned = cleanText(String.fromCharCode(...units));
        expect(Buffer.from(cleaned, "utf8").toString("utf8")).toBe(cleaned);
      }),
    );
  });

  test("leaves readable text alone", () => {
    expect(cleanText("naïve 😀 您好\n\ttab")).toBe("naïve 😀 您好\n\ttab");
  });
});

describe("cutText", () => {
  test("never halves a character", () => {
    expect(cutText("😀😀😀", 2)).toBe("😀😀 …");
    expect(cutText("😀😀", 2)).toBe("😀😀");
  });
});
