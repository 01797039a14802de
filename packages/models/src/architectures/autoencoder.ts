import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { conv2d, convTranspose2d } from "../layers/convolution.ts";
import { dense, staticSize } from "../layers/dense.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { heUniform } from "../parameters/initializers.ts";

/** What an autoencoder makes of its input. */
export interface Autoencoded {
  /** The short description: float32 `[batch, code]`, or a small image `[batch, features, height', width']`. */
  readonly code: Value;
  /** What is rebuilt from it, before a sigmoid: the shape of the input. */
  readonly logits: Value;
}

export interface Denoising {
  /** Standard deviation of the normal noise that training adds to the input, while the target stays clean. Default 0. */
  readonly noise?: number;
}

export interface AutoencoderConfig extends Denoising {
  /** Widths of the encoder's hidden layers; the decoder has them in the other order. */
  readonly hidden: readonly number[];
  /** Width of the code. */
  readonly code: number;
}

/**
 * A dense autoencoder (Hinton & Salakhutdinov 2006, Science 313); with `noise` a denoising one (Vincent et al. 2008, ICML).
 *
 * @param x float32 `[batch, features]`.
 */
export function autoencoder(c: LayerContext, x: Value, { hidden, code, noise }: AutoencoderConfig): Autoencoded {
  const layers = (input: Value, widths: readonly number[]) =>
    widths.reduce((y, width, i) => {
      return activation(c, dense(c, y, { name: `hidden${i}`, width, initializer: heUniform }), "relu");
    }, input);
  const encoded = c.scope("encoder", () =>
    dense(c, layers(withNoise(c, x, noise), hidden), { name: "code", width: code }),
  );
  const logits = c.scope("decoder", () => {
    const last = layers(activation(c, encoded, "relu"), hidden.toReversed());
    return dense(c, last, { name: "output", width: staticSize(x, -1) });
  });
  return { code: encoded, logits };
}

export interface ConvolutionalAutoencoderConfig extends Denoising {
  /** Channels after each halving of the sides; 2 to the power of their number divides the sides. */
  readonly features: readonly number[];
}

/**
 * A convolutional autoencoder: convolutions of stride 2 down, transposed ones up.
 *
 * @param images float32 `[batch, channels, height, width]`.
 */
export function convolutionalAutoencoder(
  c: LayerContext,
  images: Value,
  { features, noise }: ConvolutionalAutoencoderConfig,
): Autoencoded {
  let x = withNoise(c, images, noise);
  for (const [i, count] of features.entries()) {
    const smaller = conv2d(c, x, { name: `encoder.conv${i}`, features: count, kernel: 3, stride: 2, padding: 1 });
    x = i === features.length - 1 ? smaller : activation(c, smaller, "relu");
  }
  const code = x; // [B, features, H / 2^n, W / 2^n]
  x = activation(c, x, "relu");
  for (const [i, count] of [...features.slice(0, -1).toReversed(), staticSize(images, 1)].entries()) {
    const larger = convTranspose2d(c, x, { name: `decoder.conv${i}`, features: count, kernel: 2 });
    x = i === features.length - 1 ? larger : activation(c, larger, "relu");
  }
  return { code, logits: x };
}

function withNoise(c: LayerContext, x: Value, deviation = 0): Value {
  if (deviation === 0 || c.build.training === undefined) return x;
  return c.b.op("Add", [x, c.b.op("Mul", [c.noise("input", x.shape), c.b.scalar(deviation)])]);
}
