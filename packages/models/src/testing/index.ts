export { type PretrainedSamples, pretrainedContract } from "./pretrained-contract.ts";
