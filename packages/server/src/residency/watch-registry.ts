import type { Registry } from "@modelwright/registry";

export interface WatchOptions {
  readonly registry: Pick<Registry, "revision">;
  readonly everyMs: number;
  /** The registry changed. Until it settles, nothing is asked; if it fails, it is called again. */
  readonly onChange: () => Promise<void>;
  /** The registry cannot be asked, or what it says cannot be followed. Told once, until it can again. */
  readonly onAway: (error: unknown) => void;
  readonly onBack: () => void;
}

/**
 * Asks a registry again and again whether it changed.
 * @returns Ends it, and settles when nothing is under way.
 */
export function watchRegistry({ registry, everyMs, onChange, onAway, onBack }: WatchOptions): () => Promise<void> {
  let known: string | undefined;
  let isAway = false;
  let hasEnded = false;
  let timer: NodeJS.Timeout;
  let asking: Promise<void> = Promise.resolve();
  const ask = async () => {
    try {
      const revision = await registry.revision();
      if (revision !== known) {
        // Also the first time: it may have changed since the models were loaded.
        await onChange();
        known = revision;
      }
      if (isAway) onBack();
      isAway = false;
    } catch (error) {
      if (!isAway && !hasEnded) onAway(error);
      isAway = true;
    }
    if (!hasEnded) plan();
  };
  const plan = () => {
    timer = setTimeout(() => {
      asking = ask();
    }, everyMs);
  };
  plan();
  return async () => {
    hasEnded = true;
    clearTimeout(timer);
    await asking;
  };
}
