export { type HubFault, type HubRepository, type HubRequest, startTestHub, type TestHub } from "./hub-server.ts";
export { type PeftCase, peftCases } from "./peft-cases.ts";
export { type PretrainedSamples, pretrainedContract } from "./pretrained-contract.ts";
