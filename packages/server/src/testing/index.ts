export { HAS_OPENSSL, makeCertificate } from "./certificates.ts";
export { openRegistryOfAllTasks, openTinyRegistry, type TinyRegistry } from "./tiny-registry.ts";
export { type NewTinyVersion, registerTinyVersion } from "./tiny-version.ts";
