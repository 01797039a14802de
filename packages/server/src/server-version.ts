import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

export const SERVER_NAME = "modelwright";
export const SERVER_VERSION = manifest.version;
