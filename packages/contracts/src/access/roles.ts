/** What may be allowed to whoever asks a server. */
interface PermissionRow {
  /** Follows "may". */
  readonly meaning: string;
  /** What it is about: models, so that it can be given for some of them, or the server as a whole. */
  readonly of: "models" | "server";
}

/** Every permission. A route names the one that it needs. */
export const PERMISSIONS = {
  read: { meaning: "see models, what they take and give, and their reports", of: "models" },
  metrics: { meaning: "read the metrics of the server", of: "server" },
  predict: { meaning: "ask models for predictions", of: "models" },
  label: { meaning: "say what was right of predictions", of: "models" },
  promote: { meaning: "move the aliases of models", of: "models" },
  load: { meaning: "load and unload models", of: "models" },
} as const satisfies Readonly<Record<string, PermissionRow>>;

export type Permission = keyof typeof PERMISSIONS;

/** What a key may be given: each role stands for permissions. */
export const ROLES = {
  read: ["read", "metrics"],
  predict: ["read", "predict"],
  label: ["read", "label"],
  promote: ["read", "promote"],
  admin: ["read", "metrics", "predict", "label", "promote", "load"],
} as const satisfies Readonly<Record<string, readonly Permission[]>>;

export type Role = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

/** What whoever has the roles may do, on every model or on some alone; of the server as a whole the latter may see nothing. */
export function permissionsOf({
  roles,
  models,
}: {
  readonly roles: readonly Role[];
  readonly models?: readonly string[];
}): ReadonlySet<Permission> {
  const all = roles.flatMap((role): readonly Permission[] => ROLES[role]);
  return new Set(models === undefined ? all : all.filter((permission) => PERMISSIONS[permission].of === "models"));
}

/** The roles that stand for a permission. */
export function rolesWith(permission: Permission): readonly Role[] {
  return ROLE_NAMES.filter((role) => (ROLES[role] as readonly Permission[]).includes(permission));
}
