import { expect, test } from "vitest";
import { foreignScript } from "./foreign-script.ts";

const trainedIn = (script: string | undefined) => ({ lineage: script === undefined ? {} : { script } });

test("texts in the script of the training rows pass, others are told", () => {
  expect(foreignScript(trainedIn("Hani"), ["酒店很好", "wifi 不好用了"])).toEqual([]);
  expect(foreignScript(trainedIn("Hani"), ["a nice hotel"])).toEqual([
    "most letters here are Latin, and the model learnt from texts in Chinese script: do not rely on its answers",
  ]);
});

test("nothing is told of texts without letters, nor by versions that do not know", () => {
  expect(foreignScript(trainedIn("Latn"), ["12", ""])).toEqual([]);
  expect(foreignScript(trainedIn(undefined), ["酒店"])).toEqual([]);
});
