import { describe, expect, test } from "vitest";
import { textInMemory } from "../testing/text-in-memory.ts";
import { looksTagged, readTaggedTokens } from "./tagged-tokens.ts";

async function sentences(text: string) {
  const rows: { text: string; spans: string[]; document: string | undefined; line: number }[] = [];
  for await (const { cells, line } of readTaggedTokens(textInMemory("names.conll", text)).rows) {
    const [sentence, written, document] = cells;
    const spans = JSON.parse(written!) as { start: number; end: number; label: string }[];
    const shown = spans.map(({ start, end, label }) => `${label}:${sentence!.slice(start, end)}`);
    rows.push({ text: sentence!, spans: shown, document, line });
  }
  return rows;
}

const spansOf = async (tags: string) => {
  const lines = tags.split(" ").map((tag, i) => `t${i} ${tag}`);
  return (await sentences(lines.join("\n")))[0]!.spans;
};

describe("tags", () => {
  test.each([
    ["IOB2", "B-PER I-PER O B-LOC B-LOC I-LOC", ["PER:t0 t1", "LOC:t3", "LOC:t4 t5"]],
    ["IOB1", "I-PER I-PER O I-LOC B-LOC I-LOC", ["PER:t0 t1", "LOC:t3", "LOC:t4 t5"]],
    ["BIOES", "B-PER E-PER O S-LOC B-LOC E-LOC", ["PER:t0 t1", "LOC:t3", "LOC:t4 t5"]],
    ["BILOU", "B-PER L-PER O U-LOC B-LOC L-LOC", ["PER:t0 t1", "LOC:t3", "LOC:t4 t5"]],
    ["two labels side by side", "B-PER I-LOC", ["PER:t0", "LOC:t1"]],
    ["an end without a beginning", "O E-PER I-PER", ["PER:t1", "PER:t2"]],
    ["three in a row", "B-A I-A I-A E-A S-A O", ["A:t0 t1 t2 t3", "A:t4"]],
    ["a label with a dash", "B-work-of-art I-work-of-art", ["work-of-art:t0 t1"]],
    ["none", "O O", []],
  ])("of %s", async (_, tags, spans) => {
    expect(await spansOf(tags)).toEqual(spans);
  });

  test.each([
    [
      "an unknown form",
      "Paris X-LOC",
      { code: "DATA_TAG_UNKNOWN", message: expect.stringContaining("names.conll:2: ") },
    ],
    ["a label without a form", "Paris LOC", { code: "DATA_TAG_UNKNOWN" }],
    ["a bare prefix", "Paris B", { code: "DATA_TAG_UNKNOWN" }],
    ["no tag", "Paris", { code: "DATA_TAG_MISSING", message: expect.stringContaining('only "Paris"') }],
  ])("are refused: %s", async (_, line, error) => {
    await expect(sentences(`in O\n${line}\n`)).rejects.toMatchObject(error);
  });
});

describe("sentences", () => {
  test("end at blank lines, and documents begin where the file says so", async () => {
    const file =
      "-DOCSTART- -X- -X- O\r\n\r\nEU NNP B-NP B-ORG\r\nrejects VBZ B-VP O\r\n\r\n\r\n-DOCSTART- -X- -X- O\r\n\r\n! . O O";
    expect(await sentences(file)).toEqual([
      { text: "EU rejects", spans: ["ORG:EU"], document: "1", line: 3 },
      { text: "!", spans: [], document: "2", line: 9 },
    ]);
  });

  test("leave remarks out, and keep a number sign that is a token", async () => {
    expect(await sentences("# sent_id = 1\n# O\nParis\tB-LOC\n")).toEqual([
      { text: "# Paris", spans: ["LOC:Paris"], document: undefined, line: 2 },
    ]);
  });

  test.each([
    ["Chinese", "北 京 的 WTO 1 9 年", "北京的WTO19年"],
    ["Chinese with two English words", "我 用 Visual Studio 写 程序", "我用Visual Studio写程序"],
    ["Japanese", "東京 に 行く", "東京に行く"],
    ["Thai", "ฉัน รัก ไทย", "ฉันรักไทย"],
    ["English", "He said : 北 京 is a city", "He said : 北 京 is a city"],
    ["Korean, which has spaces", "서울 에서 왔다", "서울 에서 왔다"],
  ])("are joined as their script is written: %s", async (_, tokens, text) => {
    const [row] = await sentences(
      tokens
        .split(" ")
        .map((token) => `${token} O`)
        .join("\n"),
    );
    expect(row!.text).toBe(text);
  });

  test("have offsets into the text that is shown", async () => {
    const [row] = await sentences("🎉\tO\n北\tB-LOC\n京\tI-LOC\n和\tO\n上\tB-LOC\n海\tI-LOC");
    expect(row).toMatchObject({ text: "🎉北京和上海", spans: ["LOC:北京", "LOC:上海"] });
  });
});

test.each([
  ["tags in the last column", "EU NNP B-ORG\nsays VB O\n", true],
  ["many outside", "a O\nb O\nc O\nd O\ne O\n", true],
  ["prose", "This is plan B\nand another line\n", false],
  ["a few lines that end in O", "blood group O\n", false],
  ["nothing", "", false],
])("a file is known by its lines: %s", async (_, text, expected) => {
  expect(await looksTagged(textInMemory("a.txt", text))).toBe(expected);
});
