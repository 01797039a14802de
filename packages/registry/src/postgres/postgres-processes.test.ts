import { describePostgres } from "../testing/describe-postgres.ts";
import { describeProcessContract } from "../testing/process-contract.ts";

describePostgres("on a server", (current) => {
  describeProcessContract(
    "PostgreSQL and a folder",
    () => ({
      location: current().url,
      files: current().files,
      // It refuses what would break a key or a reference; its pages are its own affair.
      async expectSoundDatabase() {},
    }),
    { rounds: 3 },
  );
});
