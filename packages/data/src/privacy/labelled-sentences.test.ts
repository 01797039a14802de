import { readFileSync } from "node:fs";
import { PERSONAL_DATA_KINDS, type PersonalDataKind } from "@modelwright/contracts";
import { describe, expect, test } from "vitest";
import { findPersonalData } from "./find-personal-data.ts";

interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: PersonalDataKind;
}

interface Sentence {
  readonly text: string;
  readonly spans: readonly Span[];
  readonly set: "tuned" | "held-out";
}

const SENTENCES = readFileSync(new URL("../../fixtures/privacy/sentences.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line): Sentence => JSON.parse(line));

/** Kinds whose ends are a matter of taste: there half of both stretches must be common. */
const LOOSE: readonly PersonalDataKind[] = ["name", "address"];

function isSame(one: Span, other: Span): boolean {
  if (one.label !== other.label) return false;
  if (!LOOSE.includes(one.label)) return one.start === other.start && one.end === other.end;
  const common = Math.min(one.end, other.end) - Math.max(one.start, other.start);
  return 2 * common >= Math.max(one.end, other.end) - Math.min(one.start, other.start);
}

/** What was found rightly, wrongly and not at all. */
interface Counts {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
}

function countsOf(sentences: readonly Sentence[], kinds: readonly PersonalDataKind[]): Counts {
  let [right, wrong, missed] = [0, 0, 0];
  for (const { text, spans } of sentences) {
    const found = findPersonalData(text).map(({ kind, ...match }) => ({ ...match, label: kind }));
    const wanted = spans.filter(({ label }) => kinds.includes(label));
    const hits = wanted.filter((span) => found.some((match) => isSame(span, match))).length;
    right += hits;
    missed += wanted.length - hits;
    wrong += found.filter((match) => kinds.includes(match.label) && !spans.some((span) => isSame(span, match))).length;
  }
  return { right, wrong, missed };
}

/** The weighted mean of precision and recall in which recall counts twice as much (van Rijsbergen). */
function f2({ right, wrong, missed }: Counts): number {
  return (5 * right) / (5 * right + 4 * missed + wrong);
}

/** A line per kind, for whoever has to find out what became worse. */
function table(sentences: readonly Sentence[]): string {
  const lines = PERSONAL_DATA_KINDS.map((kind) => {
    const counts = countsOf(sentences, [kind]);
    const [recall, precision] = [counts.missed, counts.wrong].map((lost) => counts.right / (counts.right + lost));
    return `${kind}: recall ${recall!.toFixed(3)}, precision ${precision!.toFixed(3)}, F2 ${f2(counts).toFixed(3)}`;
  });
  return `\n${lines.join("\n")}\nall: F2 ${f2(countsOf(sentences, PERSONAL_DATA_KINDS)).toFixed(3)}`;
}

test("there are enough sentences, in both languages, and enough without anything of a person", () => {
  expect(SENTENCES.length).toBeGreaterThanOrEqual(400);
  expect(SENTENCES.filter(({ text }) => /\p{Script=Han}/u.test(text)).length).toBeGreaterThan(150);
  expect(SENTENCES.filter(({ spans }) => spans.length === 0).length).toBeGreaterThan(100);
  expect(SENTENCES.filter(({ set }) => set === "held-out").length).toBeGreaterThan(SENTENCES.length / 5);
  for (const kind of PERSONAL_DATA_KINDS)
    expect(SENTENCES.filter(({ spans }) => spans.some(({ label }) => label === kind)).length, kind).toBeGreaterThan(10);
});

describe.each(["tuned", "held-out"] as const)("of the sentences that are %s", (set) => {
  const sentences = SENTENCES.filter((sentence) => sentence.set === set);

  test("kinds with a check digit are found with F2 of 0.95 and more", () => {
    for (const kind of ["card", "iban", "resident-id"] as const)
      expect(f2(countsOf(sentences, [kind])), table(sentences)).toBeGreaterThanOrEqual(0.95);
  });

  test("all kinds together are found with F2 of 0.85 and more", () => {
    expect(f2(countsOf(sentences, PERSONAL_DATA_KINDS)), table(sentences)).toBeGreaterThanOrEqual(0.85);
  });
});
