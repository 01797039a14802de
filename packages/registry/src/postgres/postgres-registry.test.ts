import { join } from "node:path";
import { openRegistry } from "../open-registry.ts";
import { describePostgres, schemaOf } from "../testing/describe-postgres.ts";
import { describeRegistryContract } from "../testing/registry-contract.ts";

describePostgres("on a server", (current) => {
  describeRegistryContract(
    "PostgreSQL and a folder",
    (directory) => {
      const { server } = current();
      return openRegistry(server.url({ files: join(directory, "files"), schema: schemaOf(directory) }));
    },
    { inFolder: false },
  );
});
