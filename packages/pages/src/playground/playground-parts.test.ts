import { execFileSync } from "node:child_process";
import { taskNames, taskSchemas } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { predictionReader } from "./read-prediction.ts";
import { snippetWriter } from "./snippets.ts";

const { curl, typescript } = snippetWriter();
const { read } = predictionReader();

describe("snippets", () => {
  test("a shell hands curl the address and the body as they are, whatever the text", () => {
    const texts = ["it's", 'a "quote"', "$(rm -rf x) `date` $HOME", "line\nbreak \\ back", "您好", "'''", ""];
    for (const text of texts) {
      const request = { url: "http://127.0.0.1:8080/v1/models/a%3A1/predict", body: { text } };
      // printf in place of curl shows the words that the program would be given.
      const command = curl(request).replace(/^curl/, "printf '%s\\0'");
      const words = execFileSync("sh", ["-c", command], { encoding: "utf8" }).split("\0");
      expect(words[0]).toBe(request.url);
      expect(JSON.parse(words.at(-2)!)).toEqual(request.body);
    }
  });

  test("a key is named and not written into them", () => {
    const request = { url: "http://x/", body: {}, needsKey: true };
    expect(curl(request)).toContain('--header "authorization: Bearer $MODELWRIGHT_KEY"');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the program's own template.
    expect(typescript(request)).toContain("authorization: `Bearer ${process.env.MODELWRIGHT_KEY}`");
  });

  test("a program asks for the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const program = typescript({ url: "http://x/", body: { text, options: { topK: 3 } } });
        const asked = await new Promise((resolve) => {
          const fetch = async (url: string, { body }: { body: string }) => {
            resolve([url, JSON.parse(body)]);
            return { json: async () => ({ predictions: [] }) };
          };
          const run = new Function("fetch", "console", `return (async () => { ${program} })()`);
          run(fetch, { log: () => {} });
        });
        expect(asked).toEqual(["http://x/", JSON.parse(JSON.stringify({ text, options: { topK: 3 } }))]);
      }),
    );
  });
});

describe("a prediction is read by its form", () => {
  const choice = (name: string, probability: number, threshold?: number) => ({ name, probability, threshold });
  test.each([
    ["a label", { label: "spam", probability: 0.9 }, { answer: "spam", probability: 0.9, rankings: [] }],
    [
      "labels as a list",
      {
        label: "b",
        probability: 0.6,
        probabilities: [
          { label: "a", probability: 0.4 },
          { label: "b", probability: 0.6 },
        ],
      },
      { rankings: [[choice("b", 0.6), choice("a", 0.4)]] },
    ],
    [
      "labels as an object",
      { label: "b", probability: 0.6, probabilities: { 10: 0.4, b: 0.6 } },
      { rankings: [[choice("b", 0.6), choice("10", 0.4)]] },
    ],
    [
      "a text with spans, which stands in pieces",
      {
        text: "🎉 Anna in Oslo",
        entities: [
          { start: 3, end: 7, label: "PER", text: "Anna", score: 0.9 },
          { start: 11, end: 15, label: "LOC", text: "Oslo", score: 0.8 },
        ],
      },
      {
        answer: "Anna (PER), Oslo (LOC)",
        marked: [
          { text: "🎉 " },
          { text: "Anna", mark: { name: "PER", probability: 0.9 } },
          { text: " in " },
          { text: "Oslo", mark: { name: "LOC", probability: 0.8 } },
        ],
        facts: [],
      },
    ],
    ["a text without spans", { text: "no one", entities: [] }, { answer: "none", marked: [{ text: "no one" }] }],
    [
      "none of the labels",
      {
        label: null,
        rejected: true,
        likeliest: "a",
        probability: 0.4,
        probabilities: [{ label: "a", probability: 0.4 }],
      },
      {
        answer: "none of these",
        isRejected: true,
        probability: undefined,
        rankings: [[choice("a", 0.4)]],
        facts: [["likeliest", "a"]],
      },
    ],
    [
      "labels with thresholds",
      { labels: [], scores: [{ label: "a", probability: 0.4, threshold: 0.5 }] },
      { answer: "none", rankings: [[choice("a", 0.4, 0.5)]] },
    ],
    ["a number", { value: 12345.678 }, { answer: "12,346", rankings: [], facts: [] }],
    [
      "masks",
      { filled: "a b", masks: [[{ token: "a", probability: 1 }], [{ token: "b", probability: 1 }]] },
      { answer: "a b", rankings: [[choice("a", 1)], [choice("b", 1)]] },
    ],
    [
      "a continuation",
      { continuation: "on", tokens: 2, finish: "end-of-text" },
      {
        answer: "on",
        facts: [
          ["tokens", "2"],
          ["finish", "end-of-text"],
        ],
      },
    ],
  ])("%s", (_, prediction, expected) => {
    expect(read(prediction)).toMatchObject(expected);
  });

  test.each(taskNames)("%s", (task) => {
    const { answer } = taskSchemas(task).example;
    expect(read(answer as Record<string, unknown>).answer).not.toMatch(/object|^$/);
  });
});
