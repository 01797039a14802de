import type { Role } from "@modelwright/contracts";
import type { Actor } from "../audit/actor.ts";

/** A key by which a program asks a server, without what would let one use it. */
export interface KeyRecord {
  /** 12 hexadecimal digits; the part of the key that may be shown. */
  readonly id: string;
  /** What people call it; among keys that are not revoked, no two have the same. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Names of the models that it is for; absent: all. */
  readonly models?: readonly string[];
  /** Items that it may ask for in a minute; absent: as many as the server answers. */
  readonly perMinute?: number;
  readonly createdAt: string;
  /** From then on it is none; absent: never. */
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  /** When it was last used, to the hour; absent: not yet. */
  readonly usedAt?: string;
}

export type NewKey = Pick<KeyRecord, "name" | "roles" | "models" | "perMinute" | "expiresAt">;

/** A key with the digest of what its holder has. */
export interface StoredKey extends KeyRecord {
  readonly sha256: string;
}

/** All that a server needs to tell keys from others. */
export interface KeyRing {
  /** Whether no key was ever made. One that was revoked counts: taking the last away does not open a server. */
  readonly isEmpty: boolean;
  /** By id. Keys that cannot be read are left out, and so let nobody in. */
  readonly keys: ReadonlyMap<string, StoredKey>;
}

/** The keys of a registry, by which servers let programs in. They are kept for ever, as a record of who could do what. */
export interface KeyStore {
  /**
   * Makes a key.
   * @param by Who is written down for it. Default: whose process this is.
   * @returns Its record, and the key itself, `mw_<id>_<43 characters>`, which is kept nowhere and cannot be had again.
   * @throws {ModelwrightError} `ACCESS_KEY_TAKEN`, `REGISTRY_NAME_INVALID` for a name of key or model,
   *   `REGISTRY_VALUE_INVALID`.
   */
  create(key: NewKey, by?: Actor): Promise<{ readonly record: KeyRecord; readonly token: string }>;
  /** Oldest first; those that cannot be read are left out, and told by `unreadable` of the registry. */
  list(): Promise<readonly KeyRecord[]>;
  /**
   * Makes a key let nobody in any more. Of one that is revoked already, nothing is changed.
   * @param key Its id, or its name; of keys of one name the one that is not revoked is meant.
   * @throws {ModelwrightError} `ACCESS_KEY_UNKNOWN`.
   */
  revoke(key: string): Promise<KeyRecord>;
  ring(): Promise<KeyRing>;
  /** Notes that keys were used in this hour; those of which that is known already cost a read. */
  noteUse(ids: readonly string[]): Promise<void>;
}
