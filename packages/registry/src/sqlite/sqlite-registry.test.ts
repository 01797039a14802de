import { describeRegistryContract } from "../testing/registry-contract.ts";
import { openRegistry } from "./open-sqlite-registry.ts";

describeRegistryContract("SQLite", (directory) => openRegistry({ directory }));
