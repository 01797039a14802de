import { expect, test } from "vitest";
import { describeFormatContract, type FormatSubject } from "../testing/format-contract.ts";
import { FORMATS, TAGGED_FORMATS } from "./formats.ts";

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

function separated(delimiter: string): Pick<FormatSubject, "write" | "broken"> {
  return {
    write: (columns, rows, lineEnd) =>
      [columns, ...rows].map((row) => row.map(quoted).join(delimiter) + lineEnd).join(""),
    broken: [
      { text: `a${delimiter}b\n1${delimiter}2\n3\n`, line: 3 },
      { text: `a${delimiter}b\n"1\n2"${delimiter}3\n4${delimiter}5${delimiter}6\n`, line: 4 },
      { text: `a${delimiter}b\n1${delimiter}2\n"never${delimiter}closed\n`, line: 3 },
    ],
  };
}

const jsonLines: Omit<FormatSubject, "extension"> = {
  write: (columns, rows, lineEnd) =>
    rows
      .map(
        (row) =>
          `{${row.map((cell, i) => `${JSON.stringify(columns[i])}:${JSON.stringify(cell)}`).join(",")}}${lineEnd}`,
      )
      .join(""),
  lacks: ["columnsWithoutRows"],
  broken: [
    { text: '{"a":"1"}\n{"a":\n', line: 2 },
    { text: '{"a":"1"}\n\n["1"]\n', line: 3 },
    { text: "null\n", line: 1 },
  ],
};

const json: Omit<FormatSubject, "extension"> = {
  write: (columns, rows, lineEnd) => {
    const objects = rows.map(
      (row) => `{${row.map((cell, i) => `${JSON.stringify(columns[i])}: ${JSON.stringify(cell)}`).join(", ")}}`,
    );
    return `[${lineEnd}${objects.join(`,${lineEnd}`)}${lineEnd}]${lineEnd}`;
  },
  lacks: ["columnsWithoutRows"],
  broken: [
    { text: '[\n{"a":"1"},\n{"a":}\n]', line: 3 },
    { text: '[{"a":"1"}\n{"a":"2"}]', line: 2 },
    { text: '[{"a":"1"},\n["1"]]', line: 2 },
    { text: '[{"a":"1"},\n{"a":"2"', line: 2 },
    { text: `[{"a":"1"},\n{"a":${"[".repeat(100_000)}`, line: 2 },
  ],
};

/** How each format is written. */
const SUBJECTS: readonly FormatSubject[] = [
  { extension: ".csv", ...separated(",") },
  { extension: ".tsv", ...separated("\t") },
  { extension: ".json", ...json },
  { extension: ".jsonl", ...jsonLines },
  { extension: ".ndjson", ...jsonLines },
  {
    extension: ".txt",
    write: (_, rows, lineEnd) => rows.map(([text]) => text + lineEnd).join(""),
    lacks: ["columns", "lineEnds"],
    broken: [],
  },
];

for (const subject of SUBJECTS) describeFormatContract(subject);

test("every format but those of tagged tokens is held to the contract", () => {
  const own = Object.keys(FORMATS).filter((extension) => !Object.hasOwn(TAGGED_FORMATS, extension));
  expect(SUBJECTS.map(({ extension }) => extension)).toEqual(own);
});
