import type { ServedModel, ServedModels } from "../inference/served-models.ts";

/** A model in a path of the Open Inference Protocol. */
export interface ModelPath {
  readonly name: string;
  readonly version?: string;
}

/** @throws {ModelwrightError} `SERVER_MODEL_NOT_LOADED`. */
export function findServed(models: ServedModels, path: ModelPath): ServedModel {
  return models.find(referenceOf(path));
}

export function referenceOf({ name, version }: ModelPath): string {
  return version === undefined ? name : `${name}:${version}`;
}
