import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Of the Modelwright that runs. */
export const PRODUCT_VERSION = manifest.version;
