import { describeOptions } from "../testing/describe-options.ts";
import { GENERATION_RULES } from "../testing/generation-rules.ts";

describeOptions("causal-language-modeling", { item: "The mayor", rules: GENERATION_RULES });
