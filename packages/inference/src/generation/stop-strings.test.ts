import fc from "fast-check";
import { expect, test } from "vitest";
import { StopStrings } from "./stop-strings.ts";

/** Texts and stop strings of few letters, so that they meet often. */
const letters = (constraints: { minLength: number; maxLength: number }) =>
  fc.array(fc.constantFrom("a", "b"), constraints).map((each) => each.join(""));
const texts = fc.array(letters({ minLength: 0, maxLength: 4 }), { maxLength: 8 });
const stops = fc.array(letters({ minLength: 1, maxLength: 4 }), { maxLength: 3 });

test("shows the text up to the first stop string, however it is cut into parts", () => {
  fc.assert(
    fc.property(texts, stops, (parts, stopStrings) => {
      const finder = new StopStrings(stopStrings);
      let shown = "";
      let read = "";
      for (const part of parts) {
        read += part;
        const { text, isStopped } = finder.push(part);
        shown += text;
        const first = Math.min(...stopStrings.map((stop) => read.indexOf(stop)).filter((at) => at >= 0));
        expect(isStopped).toBe(Number.isFinite(first));
        if (isStopped) {
          // The stop string that is whole first counts; one that began before it may still have been held back.
          expect(shown).toBe(read.slice(0, shown.length));
          expect(stopStrings.some((stop) => read.startsWith(stop, shown.length))).toBe(true);
          return;
        }
        // What is held back is the beginning of a stop string.
        const held = read.slice(shown.length);
        expect(held === "" || stopStrings.some((stop) => stop.length > held.length && stop.startsWith(held))).toBe(
          true,
        );
      }
      expect(shown + finder.end()).toBe(read);
    }),
  );
});
