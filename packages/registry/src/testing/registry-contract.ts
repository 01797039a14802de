import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe } from "vitest";
import type { Registry } from "../registry.ts";
import { alertContract } from "./alert-contract.ts";
import { aliasContract } from "./alias-contract.ts";
import { annotationContract } from "./annotation-contract.ts";
import { archiveContract } from "./archive-contract.ts";
import { auditContract } from "./audit-contract.ts";
import type { ContractFixture, CreateRegistry } from "./contract-fixture.ts";
import { feedbackContract } from "./feedback-contract.ts";
import { folderContract } from "./folder-contract.ts";
import { keyContract } from "./key-contract.ts";
import { leaseContract } from "./lease-contract.ts";
import { lineageContract } from "./lineage-contract.ts";
import { predictionContract } from "./prediction-contract.ts";
import { registryStateMachine } from "./registry-state-machine.ts";
import { runContract } from "./run-contract.ts";
import { trafficContract } from "./traffic-contract.ts";
import { versionContract } from "./version-contract.ts";

/**
 * Checks every guarantee of `Registry` on one implementation, with Vitest.
 *
 * @param name Shown in the report, for example `SQLite`.
 * @param options.inFolder Whether all of the registry lies in the folder; then what that promises is checked as well.
 * @param options.sequences Random sequences of commands. Default: 25.
 */
export function describeRegistryContract(
  name: string,
  createRegistry: CreateRegistry,
  { inFolder, sequences = 25 }: { readonly inFolder: boolean; readonly sequences?: number },
): void {
  describe(`registry contract: ${name}`, () => {
    let fixture: ContractFixture;
    let opened: Registry[];

    beforeEach(async () => {
      const directory = await mkdtemp(join(tmpdir(), "registry-"));
      opened = [];
      const openAgain = async () => {
        const registry = await createRegistry(directory);
        opened.push(registry);
        return registry;
      };
      fixture = { directory, registry: await openAgain(), openAgain };
    });

    afterEach(async () => {
      for (const registry of opened) await registry.close();
      await rm(fixture.directory, { recursive: true, force: true });
    });

    const current = () => fixture;
    describe("runs", () => runContract(current));
    describe("versions", () => versionContract(current));
    describe("aliases", () => aliasContract(current));
    describe("keys", () => keyContract(current));
    describe("predictions", () => predictionContract(current));
    describe("feedback", () => feedbackContract(current));
    describe("alerts", () => alertContract(current));
    describe("audit", () => auditContract(current));
    describe("traffic", () => trafficContract(current));
    describe("leases", () => leaseContract(current));
    describe("lineage", () => lineageContract(current));
    describe("tags and notes", () => annotationContract(current));
    describe("archive", () => archiveContract(current));
    if (inFolder) describe("in a folder", () => folderContract(current));
    describe("versions and aliases as a state machine", () => registryStateMachine(current, sequences));
  });
}
