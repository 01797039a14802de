export { tinyProbabilities, tinyTextClassifier } from "../text-classification/tiny-version.ts";
export { describeTiny, type TinyExample, type TinyVersion, writeTinyFiles, writeTinyVersion } from "./tiny-version.ts";
