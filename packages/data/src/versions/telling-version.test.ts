import { expect, test } from "vitest";
import { readCsv } from "../tables/csv.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { tableVersion } from "./table-version.ts";
import { type SourceVersion, tellingVersion } from "./telling-version.ts";

const open = () => readCsv(textInMemory("some.csv", "a,b\n1,x\n2,\n1,x\n"), { wanted: [] });

async function told(read: (rows: AsyncIterable<unknown>) => Promise<void>): Promise<SourceVersion[]> {
  const versions: SourceVersion[] = [];
  await read(tellingVersion(await open(), (version) => versions.push(version)).rows);
  return versions;
}

async function toTheEnd(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

test("tells what rows there were when all have been read, once", async () => {
  const { name } = await open();
  const expected = [{ name, version: await tableVersion(await open()), rows: 3 }];
  expect(await told(toTheEnd)).toEqual(expected);
  expect(
    await told(async (rows) => {
      await toTheEnd(rows);
      await toTheEnd(rows);
    }),
  ).toEqual(expected);
});

test("tells nothing of a table that was not read to its end", async () => {
  const some = async (rows: AsyncIterable<unknown>) => {
    for await (const _ of rows) return;
  };
  expect(await told(some)).toEqual([]);
});
