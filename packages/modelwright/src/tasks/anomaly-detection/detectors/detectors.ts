import type { AnomalyDetector } from "@modelwright/contracts";
import { autoencoder } from "./autoencoder.ts";
import type { Detector } from "./detector.ts";
import { isolationForest } from "./isolation-forest.ts";
import { nearestNeighbours } from "./nearest-neighbours.ts";

/** What can tell how odd a row is. A new one is a row here. */
export const DETECTORS: Readonly<Record<AnomalyDetector, Detector>> = {
  "isolation-forest": isolationForest,
  autoencoder,
  "nearest-neighbours": nearestNeighbours,
};
