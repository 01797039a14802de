import { sketchColumns, type Table } from "@modelwright/data";
import { expect, test } from "vitest";
import type { NamedColumns } from "../../tasks/recipe-draft.ts";
import { chooseDraft } from "./choose-draft.ts";

function tableOf(rows: readonly Readonly<Record<string, unknown>>[]): Table {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  async function* stream() {
    for (const [i, values] of rows.entries()) {
      yield { cells: columns.map((name) => (values[name] == null ? undefined : String(values[name]))), line: i + 2 };
    }
  }
  return { name: "x.csv", columns, rows: { [Symbol.asyncIterator]: stream }, warnings: new Set() };
}

async function lookAt(rows: readonly Readonly<Record<string, unknown>>[], named: NamedColumns = {}) {
  const chosen = chooseDraft({ kind: "table", sketch: await sketchColumns(tableOf(rows)), named });
  return "unclear" in chosen ? chosen : { task: chosen.task, ...chosen.draft.details };
}

const many = Array.from({ length: 30 }, (_, i) => i);

test("names and values tell text, label and id", async () => {
  const rows = many.map((i) => ({
    ticket_id: `T-${i}`,
    created: `2026-01-${i}`,
    subject: `order ${i}`,
    body: `please tell me where my order number ${i} is now`,
    queue: ["a", "b", "c"][i % 3],
  }));
  const look = await lookAt(rows);
  expect(look).toMatchObject({ text: "body", label: "queue", id: "ticket_id", rows: 30, incomplete: 0 });
  expect(look).toHaveProperty("labels", [
    { label: "a", rows: 10 },
    { label: "b", rows: 10 },
    { label: "c", rows: 10 },
  ]);
});

test("values alone tell, when the names say nothing", async () => {
  const rows = many.map((i) => ({ c1: i % 2 === 0 ? "yes" : "no", c2: `some words that differ ${i}`, c3: i * 17 }));
  expect(await lookAt(rows)).toMatchObject({ text: "c2", label: "c1" });
});

test("texts in a script without spaces are texts", async () => {
  const rows = many.map((i) => ({ c1: i % 2, c2: `房间很大，服务也很好，下次还会再来${i}` }));
  expect(await lookAt(rows)).toMatchObject({ text: "c2", label: "c1" });
});

test("rows without a text or a label are counted, whichever is missing", async () => {
  const rows = [
    ...many.map((i) => ({ text: `some words that differ ${i}`, label: i % 2 === 0 ? "x" : "y" })),
    { text: "only a text here", label: "" },
    { text: "", label: "x" },
    { text: null, label: null },
  ];
  expect(await lookAt(rows)).toMatchObject({ rows: 33, incomplete: 3 });
});

test("a column that the user names is taken", async () => {
  const rows = many.map((i) => ({ a: `some words that differ ${i}`, b: `other words here ${i}`, kind: i % 2 }));
  expect(await lookAt(rows, { text: "b" })).toMatchObject({ text: "b", label: "kind" });
  expect(await lookAt(rows, { label: "kind" })).toMatchObject({ text: "a", label: "kind" });
});

test("two columns of texts that belong together are a pair, by their names or the user's word", async () => {
  const text = (i: number) => `some words that differ ${i}`;
  const inference = many.map((i) => ({ premise: text(i), hypothesis: text(i + 1), relation: `r${i % 3}` }));
  expect(await lookAt(inference)).toMatchObject({ text: "premise", second: "hypothesis", label: "relation" });
  const likeness = many.map((i) => ({ sentence1: text(i), sentence2: text(i + 1), score: i / 10 }));
  expect(await lookAt(likeness)).toMatchObject({ text: "sentence1", second: "sentence2" });
  const answered = many.map((i) => ({ question: text(i), answer: text(i + 1), label: i % 2 }));
  expect(await lookAt(answered)).not.toHaveProperty("second");
  expect(await lookAt(answered, { second: "answer" })).toMatchObject({ text: "question", second: "answer" });
  const alone = many.map((i) => ({ hypothesis: text(i), label: i % 2 }));
  expect(await lookAt(alone)).toMatchObject({ text: "hypothesis", label: "label" });
});

test("columns with names in Chinese are known as those in English are", async () => {
  const text = (i: number) => `我的快递第${i}号在哪里，请帮我看看`;
  const columns = (names: readonly string[], third: (i: number) => unknown = () => undefined) =>
    many.map((i) => ({ [names[0]!]: text(i), [names[1]!]: text(i + 40), ...(names[2] && { [names[2]]: third(i) }) }));
  const answers = await lookAt(columns(["问题", "答案"]));
  expect(answers).toMatchObject({ task: "embedding", text: "问题", positive: "答案", examples: "pairs" });
  const summaries = await lookAt(columns(["原文", "摘要"]));
  expect(summaries).toMatchObject({ task: "sequence-to-sequence", text: "原文", output: "摘要" });
  const inference = await lookAt(columns(["句子1", "句子2", "标签"], (i) => (i % 2 ? "相似" : "不同")));
  expect(inference).toMatchObject({ text: "句子1", second: "句子2", label: "标签" });
  const likeness = await lookAt(columns(["句子1", "句子2", "相似度"], (i) => i / 10));
  expect(likeness).toMatchObject({ examples: "scores", second: "句子2", similarity: "相似度" });
});

test("two columns that are called by languages are a translation, of the one that is named as the text", async () => {
  const rows = many.map((i) => ({ id: i, en: `Where is parcel number ${i}`, zh: `第${i}号快递在哪里` }));
  expect(await lookAt(rows)).toMatchObject({ task: "sequence-to-sequence", text: "en", output: "zh" });
  expect(await lookAt(rows, { text: "zh" })).toMatchObject({ text: "zh", output: "en" });
});

test("documents beside queries belong to them", async () => {
  const rows = many.map((i) => ({ query: `where is number ${i}`, document: `number ${i} is in the next street` }));
  expect(await lookAt(rows)).toMatchObject({ task: "embedding", text: "query", positive: "document" });
});

test("a table without a text predicts the column that is called so, or its last one, from the others", async () => {
  const rows = many.map((i) => ({ a: i, b: i % 2 }));
  expect(await lookAt(rows)).toMatchObject({ task: "tabular-classification", label: "b" });
  const named = many.map((i) => ({ customer_id: `C${i}`, churn: i % 2, age: 20 + i, plan: ["basic", "pro"][i % 2] }));
  expect(await lookAt(named)).toMatchObject({ task: "tabular-classification", label: "churn", id: "customer_id" });
  const priced = many.map((i) => ({ area: 30 + i, district: ["north", "south"][i % 2], price: 700 + i * 13 }));
  expect(await lookAt(priced)).toMatchObject({ task: "tabular-regression", target: "price" });
  expect(await lookAt(priced, { label: "district" })).toMatchObject({
    task: "tabular-classification",
    label: "district",
  });
  expect(await lookAt(many.map((i) => ({ a: i })))).toEqual({ unclear: "text" });
});

test("one text among many other columns is a column of a table", async () => {
  const rows = many.map((i) => ({
    age: 20 + i,
    plan: ["basic", "pro"][i % 2],
    months: i,
    calls: i % 5,
    note: `some words that differ ${i}`,
    churn: i % 2,
  }));
  expect(await lookAt(rows)).toMatchObject({ task: "tabular-classification", label: "churn" });
  expect(await lookAt(rows, { text: "note" })).toMatchObject({ task: "text-classification", text: "note" });
});

test("many different numbers are predicted as numbers, few are labels", async () => {
  const text = (i: number) => `some words that differ ${i}`;
  const scored = many.map((i) => ({ review: text(i), product: `p${i % 3}`, stars: i / 10 }));
  expect(await lookAt(scored)).toMatchObject({ task: "text-regression", text: "review", target: "stars" });
  const few = many.map((i) => ({ review: text(i), stars: i % 5 }));
  expect(await lookAt(few)).toMatchObject({ task: "text-classification", label: "stars" });
  expect(await lookAt(few, { target: "stars" })).toMatchObject({ task: "text-regression", target: "stars" });
});

test("a text beside many other columns is a column of a table, whether what is predicted is named or not", async () => {
  const film = (i: number) => ({
    Title: `the long way home ${i}`,
    Gross: 7 * i,
    Budget: 3 * i + 1,
    Genre: `g${i % 3}`,
  });
  const films = many.map((i) => ({ ...film(i), Rating: `r${i % 4}`, Price: i / 10 }));
  const task = "tabular-regression";
  expect(await lookAt(films)).toMatchObject({ task, target: "Price" });
  expect(await lookAt(films, { target: "Gross" })).toMatchObject({ task, target: "Gross" });
  expect(await lookAt(films, { label: "Genre" })).toMatchObject({ task: "tabular-classification", label: "Genre" });
  expect(await lookAt(films, { text: "Title", target: "Gross" })).toMatchObject({ task: "text-regression" });
});

test("texts with answers are searched among, unless they have a label", async () => {
  const rows = many.map((i) => ({ text: `where is the parcel ${i}`, response: `it lies in the depot ${i}` }));
  expect(await lookAt(rows)).toMatchObject({ task: "embedding", text: "text", positive: "response" });
  const labelled = rows.map((row, i) => ({ ...row, label: i % 2 === 0 ? "a" : "b" }));
  expect(await lookAt(labelled)).toMatchObject({ task: "text-classification", text: "text", label: "label" });
  const sketch = await sketchColumns(tableOf(labelled));
  expect(chooseDraft({ kind: "table", sketch, named: {} }, "embedding")).toMatchObject({
    task: "embedding",
    draft: { columns: { positive: "response" } },
  });
});
