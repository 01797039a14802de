import { join } from "node:path";
import { registryPlace } from "../backends.ts";
import { openRegistry } from "../open-registry.ts";
import { describePostgres, schemaOf } from "../testing/describe-postgres.ts";
import { describeProcessContract } from "../testing/process-contract.ts";
import { describeRecordDatabaseContract } from "../testing/record-database-contract.ts";
import { describeRegistryContract } from "../testing/registry-contract.ts";

describePostgres("on a server", (current) => {
  describeRegistryContract(
    "PostgreSQL and a folder",
    (directory) => {
      const { server } = current();
      return openRegistry(server.url({ files: join(directory, "files"), schema: schemaOf(directory) }));
    },
    { inFolder: false, sequences: 10 },
  );
  describeProcessContract(
    "PostgreSQL and a folder",
    () => ({
      location: current().url,
      files: current().files,
      // It refuses what would break a key or a reference; its pages are its own affair.
      async expectSoundDatabase() {},
    }),
    { rounds: 1 },
  );
  describeRecordDatabaseContract("PostgreSQL", async () => (await registryPlace(current().url).open()).database);
});
