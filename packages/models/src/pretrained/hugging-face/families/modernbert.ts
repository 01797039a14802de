import { z } from "zod";
import { type AttentionSpan, modernBert } from "../../../architectures/modern-bert.ts";
import {
  activationField,
  checkHeads,
  epsilonField,
  LAYERS,
  POSITIONS,
  sizeField,
  tokenIdField,
  VOCABULARY,
  WIDTH,
} from "../config-fields.ts";
import { defineFamily } from "../family.ts";

const SPANS = { full_attention: "global", sliding_attention: "local" } as const satisfies Readonly<
  Record<string, AttentionSpan>
>;

const rotaryBase = z.number().positive().nullish();
const rotary = z
  .object({
    rope_type: z.literal("default", { error: 'must be "default": no other is supported' }).default("default"),
    rope_theta: rotaryBase,
  })
  .nullish();

const schema = z
  .object({
    vocab_size: sizeField(VOCABULARY, 50_368),
    hidden_size: sizeField(WIDTH, 768),
    intermediate_size: sizeField(4 * WIDTH, 1152),
    num_hidden_layers: sizeField(LAYERS, 22),
    num_attention_heads: sizeField(WIDTH, 12),
    max_position_embeddings: sizeField(POSITIONS, 8192),
    hidden_activation: activationField(),
    norm_eps: epsilonField(1e-5),
    norm_bias: z.boolean().default(false),
    attention_bias: z.boolean().default(false),
    mlp_bias: z.boolean().default(false),
    pad_token_id: tokenIdField(50_283),
    local_attention: sizeField(POSITIONS, 128),
    layer_types: z.array(z.enum(Object.keys(SPANS) as (keyof typeof SPANS)[])).nullish(),
    global_attn_every_n_layers: sizeField(LAYERS, 3),
    rope_parameters: z.object({ full_attention: rotary, sliding_attention: rotary }).nullish(),
    global_rope_theta: rotaryBase,
    local_rope_theta: rotaryBase,
  })
  .superRefine(checkHeads("num_attention_heads", "hidden_size"))
  .superRefine(({ hidden_size, num_attention_heads, layer_types, num_hidden_layers }, context) => {
    if ((hidden_size / num_attention_heads) % 2 !== 0) {
      const message = "must leave each head an even width, whose halves are turned against each other";
      context.addIssue({ code: "custom", path: ["num_attention_heads"], message });
    }
    if (layer_types && layer_types.length !== num_hidden_layers) {
      const message = `must name as many layers as num_hidden_layers: ${num_hidden_layers}`;
      context.addIssue({ code: "custom", path: ["layer_types"], message });
    }
  });

function spansOf(config: z.output<typeof schema>): AttentionSpan[] {
  const { layer_types, num_hidden_layers, global_attn_every_n_layers: every } = config;
  if (layer_types) return layer_types.map((type) => SPANS[type]);
  return Array.from({ length: num_hidden_layers }, (_, layer) => (layer % every === 0 ? "global" : "local"));
}

/** Warner et al. 2024, arXiv:2412.13663. */
export const modernBertFamily = defineFamily({
  className: "ModernBert",
  prefix: "model.",
  names: {
    dense: {
      "layers.#.attn.Wqkv": "layer#.attention.qkv",
      "layers.#.attn.Wo": "layer#.attention.output",
      "layers.#.mlp.Wi": "layer#.feed_forward.gate_inner",
      "layers.#.mlp.Wo": "layer#.feed_forward.output",
    },
    kept: {
      "embeddings.tok_embeddings": "embeddings.word",
      "embeddings.norm": "embeddings.norm",
      "layers.#.attn_norm": "layer#.attention_norm",
      "layers.#.mlp_norm": "layer#.feed_forward_norm",
      final_norm: "norm",
    },
  },
  maskedHead: { transform: "head.dense", norm: "head.norm", bias: "decoder.bias" },
  schema,
  encoder: (config) =>
    modernBert({
      vocabularySize: config.vocab_size,
      width: config.hidden_size,
      heads: config.num_attention_heads,
      innerWidth: config.intermediate_size,
      positions: config.max_position_embeddings,
      spans: spansOf(config),
      window: Math.floor(config.local_attention / 2),
      rotaryBase: {
        global: config.rope_parameters?.full_attention?.rope_theta ?? config.global_rope_theta ?? 160_000,
        local: config.rope_parameters?.sliding_attention?.rope_theta ?? config.local_rope_theta ?? 10_000,
      },
      padId: config.pad_token_id,
      activation: config.hidden_activation,
      normEpsilon: config.norm_eps,
      hasBias: { attention: config.attention_bias, feedForward: config.mlp_bias, norm: config.norm_bias },
    }),
});
