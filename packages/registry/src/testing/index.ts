export { describePostgres, type PostgresFixture } from "./describe-postgres.ts";
export { registerSample, sampleManifest, sampleRun, stageFiles } from "./fixtures.ts";
export { describeRegistryContract } from "./registry-contract.ts";
