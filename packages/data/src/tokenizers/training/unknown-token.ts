/** Stands for what no token covers, in the kinds that have such a token. */
export const UNKNOWN_TOKEN = "[UNK]";
