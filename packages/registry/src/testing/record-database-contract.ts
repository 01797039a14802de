import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../migrations/migrate.ts";
import type { RecordDatabase } from "../records/record-database.ts";

/**
 * Checks what a registry relies on of a database.
 * @param open Opens the same empty database each time of a test.
 */
export function describeRecordDatabaseContract(name: string, open: () => Promise<RecordDatabase>): void {
  describe(`record database: ${name}`, () => {
    let [one, other]: RecordDatabase[] = [];
    beforeEach(async () => {
      one = await open();
      other = await open();
      await migrate(one);
    });
    afterEach(async () => {
      await one?.close();
      await other?.close();
    });

    /** Adds one to a number, by reading it and writing it: two who do so at once lose one. */
    const count = (database: RecordDatabase, model: string) =>
      database.write(async (transaction) => {
        const found = await transaction.selectFrom("registered_models").selectAll().where("name", "=", model).execute();
        const last_version = (found[0]?.last_version ?? 0) + 1;
        await transaction
          .insertInto("registered_models")
          .values({ name: model, created_at: "", last_version })
          .onConflict((conflict) => conflict.column("name").doUpdateSet({ last_version }))
          .execute();
        return last_version;
      });
    const models = (database: RecordDatabase) =>
      database.read((kysely) => kysely.selectFrom("registered_models").selectAll().orderBy("name").execute());

    test("a read sees one state, whoever writes meanwhile, and holds nobody up", async () => {
      await count(one!, "a");
      const seen = await one!.read(async (kysely) => {
        const read = () => kysely.selectFrom("registered_models").select("last_version").execute();
        const first = await read();
        await count(other!, "a");
        await count(other!, "b");
        return [first, await read()];
      });
      expect(seen).toEqual([[{ last_version: 1 }], [{ last_version: 1 }]]);
      expect(await models(one!)).toHaveLength(2);
    });

    test("writers are alone, from one connection and from several", async () => {
      const writers = [one!, other!, one!, other!].flatMap((database) => Array.from({ length: 5 }, () => database));
      const numbers = await Promise.all(writers.map((database) => count(database, "a")));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    });

    test("what throws leaves everything as it was, and the next writer is let in", async () => {
      await count(one!, "a");
      const failing = one!.write(async (transaction) => {
        await transaction.deleteFrom("registered_models").execute();
        throw new RangeError("half way");
      });
      await expect(failing).rejects.toThrow(new RangeError("half way"));
      expect(await count(other!, "a")).toBe(2);
      expect(await models(one!)).toEqual([{ name: "a", created_at: "", last_version: 2 }]);
    });

    test.each(["ENOENT", "EPERM", "ECONNRESET", "57P01"])(
      "an error of a change's own, such as %s, comes out as it was, and the change ran once",
      async (code) => {
        let runs = 0;
        const own = Object.assign(new Error("read timeout"), { code });
        const failing = one!.write(async () => {
          runs++;
          throw own;
        });
        expect(await failing.catch((error: unknown) => error)).toBe(own);
        expect(runs).toBe(1);
      },
    );

    test("a copy holds what was there before the transaction, and is replaced by the next of its name", async () => {
      await count(one!, "a");
      const places = [1, 2].map(() => one!.write((transaction) => one!.keepCopy(transaction, "before-9")));
      expect(new Set(await Promise.all(places)).size).toBe(1);
      expect(await count(other!, "a")).toBe(2);
    });
  });
}
