import { type TaskName, taskSchemas } from "@modelwright/contracts";
import { compareOutcomes, intervals } from "@modelwright/evaluation";
import { describe, expect, test } from "vitest";
import { versionDocuments } from "../../pipeline/version-documents.ts";
import { showItem } from "../../wording/show-item.ts";
import type { AnswerOptions, DocumentContext } from "../task.ts";
import { BOOTSTRAP, SLIPS } from "./slips.ts";
import type { TinyRun } from "./tiny-run.ts";

/** A value of each option of `predict`. */
const OPTIONS: Required<AnswerOptions> = {
  top: 2,
  horizon: 1,
  seen: true,
  exclude: ["a"],
  among: ["b"],
  maxTokens: 3,
  temperature: 0.5,
  topK: 2,
  topP: 0.9,
  minP: 0.1,
  repetitionPenalty: 1.1,
  beams: 1,
  lengthPenalty: 0.5,
  stop: ["!"],
  regex: ".*",
  jsonSchema: { type: "integer" },
  seed: 3,
};

/** What an option needs beside it. */
const BESIDE: Partial<Record<keyof AnswerOptions, AnswerOptions>> = { lengthPenalty: { beams: 2 } };

/** What is asked of what a reader sees: lines, documents, answers. */
export function describeWords(run: TinyRun): void {
  const { task, tiny, recipe } = run;

  describe("writes for readers", () => {
    test("lines about a recipe and a version", () => {
      for (const lines of [task.describe(recipe), task.summary(run.manifest)]) {
        expect(lines.length).toBeGreaterThan(0);
        expect(lines.flat()).not.toContain("");
        expect(lines.flat().join("\n")).not.toMatch(SLIPS);
      }
    });

    test("a card and a report", () => {
      const context = documentContext(run);
      const card = task.card(context);
      expect(card.pipelineTag).toBe(taskSchemas(run.name).words.pipelineTag);
      for (const list of [card.summary, card.usage, card.limits]) expect(list.length).toBeGreaterThan(0);
      const documents = versionDocuments(task, context);
      expect(Object.keys(documents)).toEqual(["examples.json", "README.md", "report.html"]);
      expect(JSON.parse(documents["examples.json"]!)).toEqual(task.trials(run.test));
      for (const text of [documents["README.md"]!, documents["report.html"]!]) {
        expect(textOf(text)).not.toMatch(SLIPS);
        expect(textOf(text)).toContain("tiny");
      }
    });

    test("tables of an outcome", () => {
      for (const { title, rows } of task.tables(run.outcome))
        expect([title, ...rows.flat()].join("\n")).not.toMatch(SLIPS);
    });
  });

  describe("answers", () => {
    const { answers } = task;
    const asked: readonly AnswerOptions[] = [
      {},
      answers.trial,
      ...answers.options.map((option) => ({ ...BESIDE[option], [option]: OPTIONS[option] })),
    ];

    test.each(asked)("each item with a cell per column, asked for %j", async (options) => {
      const columns = answers.columns(run.model, options);
      expect(new Set(columns).size).toBe(columns.length);
      const shown = await answers.answer(run.model, tiny.items, options);
      expect(shown).toHaveLength(tiny.items.length);
      for (const { cells, json, lines, short } of shown) {
        expect(cells).toHaveLength(columns.length);
        for (const cell of cells) expect(typeof cell === "string" || Number.isFinite(cell)).toBe(true);
        expect(JSON.parse(JSON.stringify(json))).toEqual(json);
        expect(lines.length).toBeGreaterThan(0);
        expect([...lines, ...short].join("\n")).not.toMatch(SLIPS);
      }
    });

    test("no items", async () => {
      expect(await answers.answer(run.model, [], {})).toEqual([]);
      expect(answers.rowsAtOnce).toBeGreaterThan(0);
    });

    test("the trials of a test split, and knows what is right where there are labels", async () => {
      const trials = task.trials(run.test);
      expect(trials.length).toBeGreaterThan(0);
      const items = trials.map(({ item }) => item);
      expect(items.map((item) => showItem(item)).join("\n")).not.toMatch(SLIPS);
      expect(await answers.answer(run.model, items, answers.trial)).toHaveLength(items.length);
      const { labels } = run.data;
      if (labels === undefined) return;
      for (const { actual } of trials) expect(labels.some((label) => actual?.includes(label))).toBe(true);
    });
  });
}

/** What the documents of the version are written from; it stands beside itself as a baseline. */
function documentContext(run: TinyRun): DocumentContext<TaskName, unknown, unknown, unknown> {
  const { task, manifest, recipe, data, test: held, fitted, outcome } = run;
  const measures = intervals(task.family, outcome, BOOTSTRAP);
  const comparisons = compareOutcomes(task.family, outcome, outcome, BOOTSTRAP);
  return {
    manifest,
    recipe,
    data,
    test: held,
    fitted,
    model: { name: "tiny", outcome, measures },
    baselines: [{ name: "itself", outcome, measures, comparisons }],
    environment: { node: "20.20.0" },
  };
}

/** A page without what a browser alone reads. */
function textOf(page: string): string {
  return page.replaceAll(/<(script|style)\b.*?<\/\1>/gs, "");
}
