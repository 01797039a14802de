import type { Recogniser } from "../recogniser.ts";

/** Endings of files that stand behind an @ as in `icon@2x.png`. */
const FILE_ENDING = /\.(?:png|jpe?g|gif|svg|webp|css|m?js|tsx?|json|html?|pdf|zip|py|md)$/i;

/** Addresses of mail (RFC 5321, in the forms that are in use), and those that are disguised against robots. */
export const EMAIL: Recogniser = {
  needs: /@|\bat\b/i,
  patterns: [
    {
      regex:
        /(?<![\p{Script=Latin}\d._%+@/'-])[\p{Script=Latin}\d_](?:[\p{Script=Latin}\d._%+'-]{0,63})@(?:[\p{Script=Latin}\d](?:[\p{Script=Latin}\d-]{0,61}[\p{Script=Latin}\d])?\.){1,6}\p{Script=Latin}{2,24}(?![\p{Script=Latin}\d@_])(?!:[\w~/])/gu,
      score: 0.95,
      check: (found) => !FILE_ENDING.test(found),
    },
    {
      regex:
        /(?<![\w.])[\w.+-]{1,64} ?[[(] ?at ?[\])] ?[\w-]{1,63}(?: ?[[(] ?dot ?[\])] ?[a-z\d-]{2,63}|\.[a-z]{2,24}){1,4}/gi,
      score: 0.7,
    },
  ],
};
