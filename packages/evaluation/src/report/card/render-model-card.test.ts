import { describe, expect, test } from "vitest";
import { causalLanguageModelingFamily } from "../../families/language-modeling.ts";
import { multiLabelFamily } from "../../families/multi-label.ts";
import { regressionFamily } from "../../families/regression.ts";
import { intervals } from "../../intervals/intervals.ts";
import { hostileTexts } from "../../testing/hostile-texts.ts";
import { inventCard } from "../../testing/invented-card.ts";
import { inventDocuments, inventMultiLabel, inventRegression } from "../../testing/invented-outcomes.ts";
import { multiLabelCard } from "./families/multi-label-card.ts";
import { regressionCard } from "./families/regression-card.ts";
import { codeSpan, escapeMarkdown } from "./markdown.ts";
import { renderModelCard } from "./render-model-card.ts";

const input = inventCard(["ham", "spam"], 200);
const card = renderModelCard(input);
const bootstrap = { resamples: 50, seed: 1 };
const headings = (text: string) => text.split("\n").filter((line) => /^#/.test(line));

describe("renderModelCard", () => {
  test("begins with the YAML that Hugging Face reads", () => {
    const head = card.slice(0, card.indexOf("\n---\n")).replace(/0\.\d{4,}/g, "0.9");
    expect(head).toMatchInlineSnapshot(`
      "---
      language:
        - "en"
      license: "apache-2.0"
      pipeline_tag: "text-classification"
      library_name: "onnx"
      base_model: "use-lite-en"
      tags:
        - "onnx"
        - "modelwright"
      metrics:
        - "accuracy"
        - "f1"
        - "precision"
        - "recall"
        - "roc_auc"
      model-index:
        - name: "mail-triage"
          results:
            - task:
                type: "text-classification"
                name: "Text classification"
              dataset:
                type: "SpamAssassin public corpus"
                name: "SpamAssassin public corpus"
                split: "test"
              metrics:
                - type: "accuracy"
                  name: "Accuracy"
                  value: 0.855
                - type: "f1"
                  name: "Macro F1"
                  value: 0.9
                - type: "precision"
                  name: "Macro precision"
                  value: 0.9
                - type: "recall"
                  name: "Macro recall"
                  value: 0.855
                - type: "roc_auc"
                  name: "ROC AUC"
                  value: 0.9"
    `);
  });

  test("has the same skeleton whatever was predicted", () => {
    expect(headings(card)).toEqual([
      "# mail-triage v3",
      "## How to call it",
      "## How good it is",
      "## Data",
      "## Limits",
      "## Where it comes from",
    ]);
    expect(card).toContain("- Inputs: `input_ids`: int64 [batch, sequence]; `attention_mask`: int64 [batch, sequence]");
    expect(card).toContain("- Outputs: `logits`: float32 [batch, 2]");
    expect(card).toContain("Base weights `use-lite-en`, licence Apache-2.0");
  });

  test("sets the metrics beside the baselines and says which is better", () => {
    expect(card).toContain("| Metric | This model | majority | tfidf |");
    expect(card).toMatch(/\| Macro F1 \| 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\] \| 0\.\d{3} \[/);
    expect(card).toContain("mail-triage v3 is better than majority: macro F1 +");
    expect(card).toContain("- Accuracy: Share of rows with the right label.");
  });

  test("names the limits of a classifier", () => {
    const labels = Array.from({ length: 15 }, (_, index) => `intent ${index}`);
    const many = renderModelCard(inventCard(labels, 150));
    expect(many).toContain("Labels with fewer than 20 test rows");
    expect(many).toMatch(/intent \d+ is taken for intent \d+ in \d+\.\d % of its test rows/);
    expect(many).toContain("31 % of the texts are longer than 128 tokens");
  });

  test("a regression's card says how large errors are and where it was tested", () => {
    const outcome = inventRegression(200, 5);
    const measures = intervals(regressionFamily, outcome, bootstrap);
    const parts = { ...input.parts, ...regressionCard(outcome, "price in €") };
    const text = renderModelCard({ ...input, family: regressionFamily, measures, baselines: [], parts });
    expect(text).toMatch(/\| Root mean squared error \(lower is better\) \| \d+\.\d{3} \[/);
    expect(text).toContain('type: "r_squared"');
    const errors = Array.from(outcome.actual, (value, row) => Math.abs(outcome.predicted[row]! - value));
    const [, bound] = /\| 90\.0 % \| ([\d.]+) \|/.exec(text)!;
    expect(errors.filter((error) => error <= Number(bound) + 0.0005)).toHaveLength(180);
    expect(text).toMatch(/predicts price in €, which ran from 6\d\.\d{3} to 1[34]\d\.\d{3} in the test rows/);
  });

  test("a multi-label card has the threshold of each label", () => {
    const outcome = inventMultiLabel(["drama", "war"], 60, 0.4);
    const measures = intervals(multiLabelFamily, outcome, bootstrap);
    const parts = { ...input.parts, ...multiLabelCard(outcome, { measures }) };
    const text = renderModelCard({ ...input, family: multiLabelFamily, measures, baselines: [], parts });
    expect(text).toContain("| Label | Test rows | Threshold | Precision | Recall | F1 |");
    expect(text).toMatch(/^\| drama \| 40 \| 0\.500 \|/m);
    expect(text).toContain("a row may get none of them");
  });

  test("a language model's card counts documents", () => {
    const measures = intervals(causalLanguageModelingFamily, inventDocuments(10, 4), bootstrap);
    const { base: _, license: __, ...parts } = { ...input.parts, evidence: [], limits: [] };
    const text = renderModelCard({ ...input, family: causalLanguageModelingFamily, measures, baselines: [], parts });
    expect(text).toMatch(/^\| Bits per character \(lower is better\) \| 1\.\d{3} \[/m);
    expect(text).toContain("200 test documents that it had not seen");
    expect(text).toContain("for whoever trained it to choose");
    expect(text).not.toContain("base_model");
  });

  test.each(hostileTexts)("keeps its structure with %j wherever it comes from outside", (hostile) => {
    const invented = inventCard([hostile, "plain"], 40);
    const attacked = renderModelCard({
      ...invented,
      manifest: { ...invented.manifest, runId: hostile },
      dataset: { name: hostile, summary: { ...invented.dataset.summary, fields: hostile, warnings: [hostile] } },
      baselines: invented.baselines.map((baseline) => ({ ...baseline, name: hostile })),
    });
    expect(headings(attacked)).toEqual(headings(card));
    const prose = attacked.replace(/```[\s\S]*?```|(`+)[\s\S]*?[^`]\1(?!`)/g, "");
    expect(prose.slice(prose.indexOf("\n---\n"))).not.toMatch(/(?<!\\)<(?!\/?$)/);
    expect(attacked).not.toMatch(/\p{Surrogate}/u);
  });
});

describe("markdown", () => {
  test("escapes markup", () => {
    expect(escapeMarkdown("a|b *c* <d>\n# e")).toBe("a\\|b \\*c\\* \\<d\\> \\# e");
  });

  test("fences a code span with more backticks than it holds", () => {
    expect(codeSpan("a`b``c")).toBe("``` a`b``c ```");
  });
});
