import { predictRequestSchema, predictResponseSchema } from "@modelwright/contracts";
import { describe, expect, test } from "vitest";
import { hostileTexts } from "../../testing/hostile-texts.ts";
import { inventCard } from "../../testing/invented-card.ts";
import { codeSpan, escapeMarkdown } from "./markdown.ts";
import { renderModelCard } from "./render-model-card.ts";

const card = renderModelCard(inventCard(["ham", "spam"], 200));

describe("renderModelCard", () => {
  test("begins with the YAML that Hugging Face reads", () => {
    const head = card.slice(0, card.indexOf("\n---\n")).replace(/0\.\d{4,}/g, "0.9");
    expect(head).toMatchInlineSnapshot(`
      "---
      language:
        - "en"
      license: "apache-2.0"
      pipeline_tag: "text-classification"
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

  test("tells how to call the model", () => {
    expect(card).toContain('modelwright predict mail-triage@champion "your text"');
    expect(card).toContain('loadModel("mail-triage@champion")');
    expect(card).toContain("http://127.0.0.1:8000/v1/models/mail-triage/predict");
    expect(card).toContain("- Inputs: `input_ids`: int64 [batch, sequence]; `attention_mask`: int64 [batch, sequence]");
    expect(card).toContain("- Outputs: `logits`: float32 [batch, 2]");
  });

  test("shows a request and an answer that the server's contract accepts", () => {
    const [, request] = /-d '(.*)' http/.exec(card)!;
    const schema = predictRequestSchema("text-classification", { maxItemsPerRequest: 8, maxItemBytes: 1000 });
    expect(schema.parse(JSON.parse(request!)).items).toEqual(["your text"]);
    const [, answer] = /```text\n(.*)\n```/.exec(card)!;
    expect(predictResponseSchema("text-classification").parse(JSON.parse(answer!)).model).toEqual({
      name: "mail-triage",
      version: 3,
    });
  });

  test("sets the metrics beside the baselines and says which is better", () => {
    expect(card).toContain("| Metric | This model | majority | tfidf |");
    expect(card).toMatch(/\| Macro F1 \| 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\] \| 0\.\d{3} \[/);
    expect(card).toContain("mail-triage v3 is better than majority: Macro F1 +");
  });

  test("names its limits", () => {
    const many = renderModelCard(
      inventCard(
        Array.from({ length: 15 }, (_, index) => `intent ${index}`),
        150,
      ),
    );
    expect(many).toContain("It has seen texts in English only");
    expect(many).toContain("texts in other languages get a label all the same");
    expect(many).toContain("Labels with fewer than 20 test rows");
    expect(many).toMatch(/intent \d+ is taken for intent \d+ in \d+\.\d % of its test rows/);
    expect(many).toContain("longer than 128 pieces the end is left out");
  });

  test.each(hostileTexts)("keeps its structure with the label %j", (hostile) => {
    const attacked = renderModelCard(inventCard([hostile, "plain"], 40));
    const headings = (text: string) => text.split("\n").filter((line) => /^#/.test(line));
    expect(headings(attacked)).toEqual(headings(card));
    const prose = attacked.replace(/```[\s\S]*?```|(`+)[\s\S]*?[^`]\1(?!`)/g, "");
    expect(prose).not.toMatch(/(?<!\\)<(?!\/?$)/);
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
