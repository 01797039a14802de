import { defaultRuntime, describeProviders } from "@modelwright/engine";

// A process of its own: it tries every execution provider, tells the one that started it, and ends.
const providers = await describeProviders(await defaultRuntime());
process.send?.(providers, () => process.exit());
