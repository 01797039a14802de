import type { VersionRecord } from "@modelwright/registry";
import { PRODUCT_VERSION } from "../product-version.ts";

/** What the files of a service say of the version that it serves. */
export interface ServiceFacts {
  /** Of the model, as clients ask for it. */
  readonly model: string;
  readonly version: number;
  readonly task: string;
  /** The model's name as hosts and Kubernetes may be called: lower-case letters, digits and dashes. */
  readonly host: string;
  /** Of Modelwright. */
  readonly product: string;
  /** Of Node.js, with which the service was exported. */
  readonly node: string;
  /** Bytes of the version's files. */
  readonly sizeBytes: number;
}

/** Of a service the name of a port, a label and a host stay within these. */
const LONGEST_HOST = 40;

export function serviceFacts({ name, version, manifest }: VersionRecord): ServiceFacts {
  return {
    model: name,
    version,
    task: manifest.task,
    host: hostName(name),
    product: PRODUCT_VERSION,
    node: process.versions.node,
    sizeBytes: manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
}

/** A label of DNS (RFC 1123) that begins with a letter, as Kubernetes wants it of a service (RFC 1035). */
export function hostName(model: string): string {
  const dashed = model.replaceAll(/[^a-z0-9]+/g, "-").replace(/^(?=\d)/, "model-");
  return dashed.slice(0, LONGEST_HOST).replace(/-+$/, "");
}
