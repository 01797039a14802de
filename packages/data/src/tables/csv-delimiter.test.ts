import { expect, test } from "vitest";
import { detectDelimiter } from "./csv-delimiter.ts";

test.each([
  ["text,label\na;b;c;d,x", ","],
  ["text;label\na,b,c,d;x", ";"],
  ["text\tlabel\na,b\tx", "\t"],
  ['"a,b,c";text;label\n', ";"],
  ["text\n", ","],
  ["\n\ntext;label\r\n", ";"],
  // More semicolons, but only the comma gives the columns that the recipe names.
  ["a;b;c;d,text,label\n", ","],
])("tells the delimiter of %j", (head, delimiter) => {
  expect(detectDelimiter(head, ["text", "label"])).toBe(delimiter);
});
