import type { RegistryTask } from "../../sub-verbs.ts";
import type { CommonOptions } from "../../verb.ts";

export type CompareTask = RegistryTask<CommonOptions & { readonly on?: string; readonly encoding?: string }>;
