import { beforeAll, describe, expect, test } from "vitest";
import { hostileTexts } from "../testing/hostile-texts.ts";
import { inventClassifier, inventReport, withBody } from "../testing/invented-report.ts";
import type { EvaluationReport } from "./evaluation-report.ts";
import { renderReport } from "./render-report.ts";

/** Start tags of a page with their attributes, by the letter of the HTML syntax for what `html` may write. */
function listTags(page: string): { name: string; attributes: string[] }[] {
  const withoutStyle = page.replace(/<style>[^<]*<\/style>/g, "");
  return Array.from(withoutStyle.matchAll(/<([a-zA-Z][^\s/>]*)((?:[^>"]|"[^"]*")*)>/g), ([, name, rest]) => ({
    name: name!.toLowerCase(),
    attributes: Array.from(rest!.matchAll(/([^\s"=/]+)(?:="[^"]*")?/g), ([, attribute]) => attribute!.toLowerCase()),
  }));
}

/** The sections' headings, without the verdict. */
const headings = (page: string) =>
  Array.from(page.matchAll(/<section[^>]*><h2[^>]*>([^<]*)<\/h2>/g), ([, title]) => title);

describe("renderReport", () => {
  let two: EvaluationReport;
  let page: string;

  beforeAll(() => {
    two = inventReport(["ham", "spam"], 200);
    page = renderReport(two);
  });

  test("says the answer first, then the evidence", () => {
    expect(headings(page)).toEqual([
      "Metrics",
      "Labels",
      "Confusion",
      "Confidence",
      "Curves",
      "Worst mistakes",
      "Training",
      "Data",
      "Recipe",
      "Lineage",
      "Environment",
    ]);
    expect(page.indexOf("gave the right label to")).toBeLessThan(page.indexOf("<table"));
    expect(page).toMatch(/mail-triage v3 is better than majority: macro F1 \+0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]\./);
  });

  test("says when the baseline is better and when the rows do not decide", () => {
    const [baseline] = two.baselines;
    const withVerdict = (better: "b" | "undecided") =>
      renderReport({
        ...two,
        baselines: [
          {
            ...baseline!,
            comparisons: [{ metric: "f1Macro", difference: { value: -0.01, low: -0.02, high: -0.001 }, better }],
          },
        ],
      });
    expect(withVerdict("b")).toContain("Worse than the majority baseline</h2>");
    expect(withVerdict("b")).toContain("majority is better than mail-triage v3: macro F1 −0.010 [−0.020, −0.001].");
    expect(withVerdict("undecided")).toContain("Not shown to be better than the majority baseline</h2>");
    expect(withVerdict("undecided")).toContain("The test rows do not decide between mail-triage v3 and majority");
  });

  test("leads from the verdict to warnings about the data", () => {
    expect(page).toContain('<p class="warned"><a href="#data">A warning about the data</a></p></div>');
    expect(renderReport({ ...two, data: { ...two.data, warnings: [] } })).not.toContain("about the data</a>");
  });

  test("gives the same bytes for the same report", () => {
    expect(renderReport(two)).toBe(page);
  });

  test("needs nothing from outside and runs nothing", () => {
    const tags = listTags(page);
    expect(tags.length).toBeGreaterThan(100);
    const loading = ["script", "link", "img", "iframe", "object", "embed", "image", "use", "base", "form"];
    expect(tags.filter(({ name }) => loading.includes(name))).toEqual([]);
    const named = tags.filter(({ name }) => name !== "a").flatMap(({ attributes }) => attributes);
    expect(named.filter((name) => /^(on|src|href|xlink:href$)/.test(name))).toEqual([]);
    const links = Array.from(page.matchAll(/<a [^>]*href="([^"]*)"/g), ([, href]) => href!);
    expect(links.length).toBeGreaterThan(5);
    for (const href of links) expect(page).toContain(` id="${/^#([a-z-]+)$/.exec(href)?.[1]}"`);
    expect(page).not.toMatch(/@import|url\(/);
    expect(page).toContain("default-src &#39;none&#39;");
  });

  test("can be read without seeing it", () => {
    expect(page).toContain('<html lang="en">');
    expect(page.match(/<h1/g)).toHaveLength(1);
    const charts = page.match(/<svg[^>]*>/g)!;
    expect(charts).toHaveLength(6);
    for (const chart of charts) expect(chart).toMatch(/role="img" aria-label="[^"]{20,}"/);
    for (const head of page.match(/<th[ >][^>]*/g)!) expect(head).toMatch(/scope="(col|row)"/);
    const ids = Array.from(page.matchAll(/ id="([^"]+)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("shows the worst mistakes with texts cut at 300 characters", () => {
    const mistakes = page.match(/<p class="text"[^>]*>[^<]*<\/p>/g)!;
    expect(mistakes).toHaveLength(20);
    expect(mistakes.some((text) => text.includes(" …</p>"))).toBe(true);
    for (const text of mistakes) expect(text.replace(/<[^>]*>/g, "").length).toBeLessThan(330);
  });

  test("tells the most confused pairs of many labels before it maps all of them", () => {
    const labels = Array.from({ length: 77 }, (_, index) => `intent ${index}`);
    const many = renderReport(inventReport(labels, 462));
    const [pairs, map] = [many.indexOf("The most confused pairs"), many.indexOf("<h3>All 77 labels</h3>")];
    expect(many.slice(pairs, many.indexOf("</table>", pairs)).match(/<tr>/g)).toHaveLength(13);
    expect(map).toBeGreaterThan(pairs);
    for (const label of labels) expect(many.slice(map)).toContain(`title="${label}"`);
  });

  test("makes ROC AUC no headline of many labels", () => {
    const tiles = (report: EvaluationReport) =>
      Array.from(renderReport(report).matchAll(/<div class="tile"><dt>([^<]*)/g), ([, title]) => title);
    expect(tiles(two)).toEqual(["Macro F1", "Accuracy", "ROC AUC"]);
    expect(tiles(inventReport(["a", "b", "c"], 60))).toEqual(["Macro F1", "Accuracy", "Calibration error"]);
  });

  test("says what the recipe set before what it left to defaults", () => {
    const recipe = [
      { name: "train.epochs", value: "9", isDefault: false },
      { name: "train.seed", value: "7", isDefault: true },
    ];
    const page = renderReport({ ...two, recipe });
    const [set, folded] = page.slice(page.indexOf('id="recipe"')).split("<details>");
    expect(set).toContain("train.epochs");
    expect(set).not.toContain("train.seed");
    expect(folded).toContain("Left to defaults: 1");
    expect(folded).toContain("train.seed");
  });

  test("sets the version before beside the model", () => {
    const page = renderReport({ ...two, previous: { ...two.baselines[1]!, name: "mail-triage v2" } });
    expect(page).toContain("do not decide between mail-triage v3 and mail-triage v2");
    expect(page).toMatch(/beside mail-triage v2 and the/);
    expect(page).toContain('data-head="mail-triage v2"');
  });

  test("need not be better than the version before, but not worse", () => {
    const headline = (better: "a" | "b" | "undecided") => {
      const comparisons = [{ metric: "f1Macro", difference: { value: 0 }, better }];
      const [majority] = two.baselines;
      const previous = { name: "mail-triage v2", measures: two.measures, comparisons };
      const page = renderReport({ ...two, baselines: [majority!], previous });
      return /<h2 id="verdict"><span[^>]*>.<\/span>([^<]*)</.exec(page)?.[1];
    };
    expect(headline("a")).toBe("Better than the majority baseline and mail-triage v2");
    expect(headline("undecided")).toBe("Better than the majority baseline");
    expect(headline("b")).toBe("Worse than mail-triage v2");
  });

  test("explains each word of the trade where it stands, for a pointer, a keyboard and a screen reader", () => {
    const terms = Array.from(page.matchAll(/<button type="button" class="term"([^>]*)>([^<]*)</g));
    expect(new Set(terms.map(([, , word]) => word))).toEqual(
      expect.toSatisfy((words: Set<string>) =>
        ["Macro F1", "Precision", "Recall", "baselines", "tfidf", "95 % intervals"].every((word) => words.has(word)),
      ),
    );
    for (const [, attributes] of terms)
      expect(attributes).toMatch(/ data-tip="[^"]{10,}" aria-description="[^"]{10,}"/);
  });

  test("does without baselines, history, rows' texts and facts", () => {
    const invented = inventClassifier(["ham", "spam"], 200);
    const { learning: _, ...rest } = withBody({ ...invented, rows: [] });
    const bare = renderReport({ ...rest, baselines: [], recipe: [], lineage: [], environment: [] });
    expect(headings(bare)).toEqual([
      "Metrics",
      "Labels",
      "Confusion",
      "Confidence",
      "Curves",
      "Worst mistakes",
      "Data",
    ]);
  });

  test("does with rows of one label only", () => {
    const labels = ["ham", "spam"];
    const outcome = { labels, actual: Int32Array.of(0, 0), probabilities: Float64Array.of(0.9, 0.1, 0.8, 0.2) };
    const page = renderReport({ ...withBody({ ...inventClassifier(labels, 2), outcome }), baselines: [] });
    expect(page).toContain("No row was given a wrong label.");
    expect(page).not.toContain("NaN");
  });

  test("a label that is called like a property of every object is a label like any other", () => {
    const names = () => Object.getOwnPropertyNames(Object.prototype).sort();
    const before = names();
    const page = renderReport(inventReport(["constructor", "__proto__", "toString"], 60));
    expect(names()).toEqual(before);
    expect({}).not.toHaveProperty("next");
    expect(page).toContain("<figcaption><bdi>__proto__</bdi></figcaption>");
    expect(page).toContain("<figcaption><bdi>constructor</bdi></figcaption>");
  });

  test.each(hostileTexts)("escapes %j wherever it stands", (hostile) => {
    const labels = [hostile, `${hostile}2`, "plain"];
    const invented = inventClassifier(labels, 60);
    const report = withBody({ ...invented, rows: invented.rows.map(() => ({ id: hostile, text: hostile })) });
    const facts = [{ name: hostile, value: hostile, isDefault: true }];
    const attacked = renderReport({
      ...report,
      model: { name: hostile, version: 1 },
      recipe: facts,
      environment: facts,
      lineage: facts,
      data: { fields: hostile, warnings: [hostile], steps: [{ name: hostile, detail: hostile, rows: 1 }] },
      baselines: report.baselines.map((baseline) => ({ ...baseline, name: hostile })),
      learning: {
        steps: [{ step: 1, loss: 1, learningRate: 1 }],
        evaluations: [{ step: 1, loss: 1, metrics: { [hostile]: 0.5 } }],
      },
    });
    const known = new Set(listTags(page).map(({ name }) => name));
    const knownAttributes = new Set(listTags(page).flatMap(({ attributes }) => attributes));
    for (const { name, attributes } of listTags(attacked)) {
      expect(known, `<${name}>`).toContain(name);
      for (const attribute of attributes) expect(knownAttributes, attribute).toContain(attribute);
    }
    expect(attacked).not.toMatch(/\p{Surrogate}/u);
    expect(attacked).not.toMatch(/[^\P{Cc}\t\n\r]/u);
  });
});
