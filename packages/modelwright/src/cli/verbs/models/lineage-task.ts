import type { RegistryTask } from "../../sub-verbs.ts";
import type { CommonOptions } from "../../verb.ts";

export type LineageTask = RegistryTask<CommonOptions & { readonly data?: string }>;
