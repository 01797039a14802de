import { expect, test } from "vitest";
import { parseHubReference, writeHubReference } from "./hub-reference.ts";

test.each([
  ["sentence-transformers/all-MiniLM-L6-v2", "main"],
  ["sentence-transformers/all-MiniLM-L6-v2@main", "main"],
  ["BAAI/bge-small-zh-v1.5@v1.0", "v1.0"],
  ["a/b_c@refs/pr/1", "refs/pr/1"],
  [`a/b@${"0".repeat(40)}`, "0".repeat(40)],
])("%s is a model of the hub, at %s", (reference, revision) => {
  const [repository] = reference.split("@");
  expect(parseHubReference(reference)).toEqual({ repository, revision });
});

test.each([
  ...[
    "",
    "use-lite-en",
    "a/",
    "/b",
    "a/b/c",
    "./a",
    "../a",
    "~/a",
    "a/..",
    "-a/b",
    "a/b-",
    "a/b--c",
    "a b/c",
    "a\\b",
    "a/b@",
  ],
  ...[
    "a/b@../x",
    "a/b@x/../y",
    "a/b@/x",
    "a/b@x/",
    "a/b@x//y",
    "a/b@.x",
    "a/b@x/.y",
    "a/b@x y",
    "a/b@x@{1}",
    "a/b\n",
    `a/${"b".repeat(97)}`,
  ],
])("%j is none", (reference) => expect(parseHubReference(reference)).toBeUndefined());

test("is written as it is read, without the branch that everybody means", () => {
  for (const reference of ["a/b", "a/b@v1"]) expect(writeHubReference(parseHubReference(reference)!)).toBe(reference);
  expect(writeHubReference(parseHubReference("a/b@main")!)).toBe("a/b");
});
