// Layers in TensorFlow.js, written so that its WASM backend is fast. Where that lacks a kernel or has only a slow one, the nearest equal
// formulation is used, with a gradient of its own:
// - two-dimensional products of untransposed operands reach XNNPACK, all others take a slow path: linear layers transpose before they
//   multiply, which makes their gradient about twenty times faster; attention's batched products have no such way round;
// - a sum over rows is a product with a row of ones, more than a hundred times faster than Sum along the first axis;
// - gather's own gradient needs UnsortedSegmentSum, which the backend lacks: ScatterND, which sums duplicates, gives it;
// - Conv2DBackpropFilter is missing: the gradient of a filter is a convolution of images whose channels stand as their batch;
// - Conv2DBackpropInput is slow: the gradient of images is a convolution with the filter turned, over gradients spread by the stride;
// - transposes beyond four dimensions are slow: query, key and value are split before their heads are;
// - LogSoftmax is missing: logSumExp makes the cross-entropy;
// - a recurrent layer that the tape differentiates would make a weight gradient at each step: it goes back by hand, with one for all steps.

/** @param tf The namespace of TensorFlow.js. */
export function layersOf(tf) {
  const rowSums = (x) => tf.reshape(tf.matMul(tf.ones([1, x.shape[0]]), x), [x.shape[1]]);

  // x: [rows, in], weight: [in, out], bias: [out] -> [rows, out]
  const linear = tf.customGrad((x, weight, bias, save) => {
    save([x, weight]);
    return {
      value: tf.fused.matMul({ a: x, b: weight, bias }),
      gradFunc: (dy, [x, weight]) => [tf.matMul(dy, tf.transpose(weight)), tf.matMul(tf.transpose(x), dy), rowSums(dy)],
    };
  });

  // x: [rows, width], table: [entries, width] -> [rows, entries], for an output layer that shares the table of the words
  const scores = tf.customGrad((x, table, save) => {
    save([x, table]);
    return {
      value: tf.matMul(x, tf.transpose(table)),
      gradFunc: (dy, [x, table]) => [tf.matMul(dy, table), tf.matMul(tf.transpose(dy), x)],
    };
  });

  // rows: [rows], int32; table: [entries, width] -> [rows, width]
  function embedding(rows, table) {
    const lookUp = tf.customGrad((x, save) => {
      save([rows]);
      return {
        value: tf.gather(x, rows),
        gradFunc: (dy, [rows]) => tf.scatterND(tf.expandDims(rows, 1), dy, table.shape),
      };
    });
    return lookUp(table);
  }

  // x: [rows, width], gain and bias: [width]
  const layerNorm = (epsilon) =>
    tf.customGrad((x, gain, bias, save) => {
      const centred = tf.sub(x, tf.mean(x, 1, true));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
      const normal = tf.mul(centred, inverse);
      save([normal, inverse, gain]);
      return {
        value: tf.add(tf.mul(normal, gain), bias),
        gradFunc: (dy, [normal, inverse, gain]) => {
          const scaled = tf.mul(dy, gain);
          const along = tf.mul(normal, tf.mean(tf.mul(scaled, normal), 1, true));
          const dx = tf.mul(inverse, tf.sub(tf.sub(scaled, tf.mean(scaled, 1, true)), along));
          return [dx, rowSums(tf.mul(dy, normal)), rowSums(dy)];
        },
      };
    });

  const gelu = tf.customGrad((x, save) => {
    const share = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
    save([x, share]);
    return {
      value: tf.mul(x, share),
      gradFunc: (dy, [x, share]) => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return tf.mul(dy, tf.add(share, tf.mul(x, density)));
      },
    };
  });

  const geluTanh = tf.customGrad((x, save) => {
    const [linearTerm, cubicTerm] = [Math.sqrt(2 / Math.PI), Math.sqrt(2 / Math.PI) * 0.044715];
    const squashed = tf.tanh(tf.mul(x, tf.add(tf.mul(tf.square(x), cubicTerm), linearTerm)));
    save([x, squashed]);
    return {
      value: tf.mul(tf.mul(x, 0.5), tf.add(squashed, 1)),
      gradFunc: (dy, [x, squashed]) => {
        const slope = tf.mul(x, tf.add(tf.mul(tf.square(x), 3 * cubicTerm), linearTerm));
        const share = tf.add(tf.add(squashed, 1), tf.mul(slope, tf.sub(1, tf.square(squashed))));
        return tf.mul(dy, tf.mul(share, 0.5));
      },
    };
  });

  // query, key, value: [batch · length, width]; bias of the scores: broadcasts to [batch, heads, length, length]
  function attention(query, key, value, { batch, length, heads, bias }) {
    const width = query.shape[1];
    const split = (rows) => tf.transpose(tf.reshape(rows, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
    const similar = tf.mul(tf.matMul(split(query), split(key), false, true), Math.sqrt(heads / width));
    const context = tf.matMul(tf.softmax(tf.add(similar, bias)), split(value));
    return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [-1, width]);
  }

  // x: [batch, height, width, channels] with zeros between its places, as a step of `stride` leaves them out. Concatenations of two
  // dimensions, since those of six are slow.
  function spread(x, stride, [height, width]) {
    if (stride === 1) return x;
    const [batch, rows, columns, channels] = x.shape;
    const between = (matrix) => tf.concat([matrix, tf.zeros([matrix.shape[0], matrix.shape[1] * (stride - 1)])], 1);
    const wide = between(tf.reshape(x, [-1, channels]));
    const spaced = between(tf.reshape(wide, [batch * rows, -1]));
    const full = tf.reshape(spaced, [batch, rows * stride, columns * stride, channels]);
    return tf.slice(full, [0, 0, 0, 0], [batch, height, width, channels]);
  }

  // x: [batch, height, width, in], weight: [out, in, kernel, kernel] as everywhere else here
  function conv2d(x, weight, { stride = 1, padding }) {
    const kernel = weight.shape[2];
    const [height, width] = [1, 2].map((axis) => x.shape[axis]);
    const margins = [
      [0, 0],
      [padding, padding],
      [padding, padding],
      [0, 0],
    ];
    const convolve = tf.customGrad((x, weight, save) => {
      save([x, weight]);
      return {
        value: tf.conv2d(x, tf.transpose(weight, [2, 3, 1, 0]), stride, margins),
        gradFunc: (dy, [x, weight]) => {
          const sides = [height, width].map((side) => side + 2 * padding - kernel + 1);
          const turned = tf.reverse(tf.transpose(weight, [2, 3, 0, 1]), [0, 1]);
          const back = kernel - 1 - padding;
          const around = [
            [0, 0],
            [back, back],
            [back, back],
            [0, 0],
          ];
          const asBatch = tf.transpose(tf.pad(x, margins), [3, 1, 2, 0]);
          const columns = tf.transpose(dy, [1, 2, 0, 3]);
          const taps = tf.conv2d(asBatch, columns, 1, "valid", "NHWC", stride); // [in, kernel or more, same, out]
          const gradient = tf.slice(taps, [0, 0, 0, 0], [taps.shape[0], kernel, kernel, taps.shape[3]]);
          return [tf.conv2d(spread(dy, stride, sides), turned, 1, around), tf.transpose(gradient, [3, 0, 1, 2])];
        },
      };
    });
    return convolve(x, weight);
  }

  // x: [batch, height, width, channels], statistics of the batch
  const batchNorm = tf.customGrad((x, gain, bias, save) => {
    const rows = tf.reshape(x, [-1, gain.shape[0]]);
    const count = rows.shape[0];
    const centred = tf.sub(rows, tf.div(rowSums(rows), count));
    const inverse = tf.rsqrt(tf.add(tf.div(rowSums(tf.square(centred)), count), 1e-5));
    const normal = tf.mul(centred, inverse);
    save([normal, tf.mul(inverse, gain)]);
    return {
      value: tf.reshape(tf.add(tf.mul(normal, gain), bias), x.shape),
      gradFunc: (dy, [normal, scale]) => {
        const dRows = tf.reshape(dy, normal.shape);
        const [dBias, dGain] = [rowSums(dRows), rowSums(tf.mul(dRows, normal))];
        const along = tf.add(tf.mul(normal, tf.div(dGain, count)), tf.div(dBias, count));
        return [tf.reshape(tf.mul(scale, tf.sub(dRows, along)), dy.shape), dGain, dBias];
      },
    };
  });

  // x: [length, batch, features], weights [4 · width, …] with the gates i o f c, biases [4 · width] -> [length, batch, width]
  const lstm = tf.customGrad((x, inputWeight, recurrentWeight, inputBias, recurrentBias, save) => {
    const [length, batch, features] = x.shape;
    const width = recurrentWeight.shape[1];
    const bias = tf.add(inputBias, recurrentBias);
    const flat = tf.reshape(x, [length * batch, features]);
    const projected = tf.unstack(
      tf.reshape(tf.fused.matMul({ a: flat, b: tf.transpose(inputWeight), bias }), [length, batch, 4 * width]),
    );
    const recurrent = tf.transpose(recurrentWeight);
    let [state, cell] = [tf.zeros([batch, width]), tf.zeros([batch, width])];
    const [states, cells, gates] = [[state], [cell], []];
    for (const input of projected) {
      const sums = tf.add(input, tf.matMul(state, recurrent));
      const open = tf.sigmoid(tf.slice(sums, [0, 0], [batch, 3 * width]));
      const [i, o, f] = tf.split(open, 3, 1);
      const candidate = tf.tanh(tf.slice(sums, [0, 3 * width], [batch, width]));
      cell = tf.add(tf.mul(f, cell), tf.mul(i, candidate));
      state = tf.mul(o, tf.tanh(cell));
      gates.push([i, o, f, candidate]);
      states.push(state);
      cells.push(cell);
    }
    save([x, inputWeight, recurrentWeight, ...states, ...cells, ...gates.flat()]);
    return {
      value: tf.stack(states.slice(1)),
      gradFunc: (dy, [x, inputWeight, recurrentWeight, ...saved]) => {
        const savedStates = saved.slice(0, length + 1);
        const savedCells = saved.slice(length + 1, 2 * length + 2);
        const outer = tf.unstack(dy);
        const dSums = [];
        let [dState, dCell] = [tf.zeros([batch, width]), tf.zeros([batch, width])];
        for (let t = length - 1; t >= 0; t--) {
          const [i, o, f, candidate] = saved.slice(2 * length + 2 + 4 * t, 2 * length + 6 + 4 * t);
          const dOutput = tf.add(outer[t], dState);
          const squashed = tf.tanh(savedCells[t + 1]);
          dCell = tf.add(dCell, tf.mul(tf.mul(dOutput, o), tf.sub(1, tf.square(squashed))));
          const open = tf.concat([i, o, f], 1);
          const dOpen = tf.concat(
            [tf.mul(dCell, candidate), tf.mul(dOutput, squashed), tf.mul(dCell, savedCells[t])],
            1,
          );
          const dCandidate = tf.mul(tf.mul(dCell, i), tf.sub(1, tf.square(candidate)));
          dSums[t] = tf.concat([tf.mul(dOpen, tf.mul(open, tf.sub(1, open))), dCandidate], 1);
          dState = tf.matMul(dSums[t], recurrentWeight);
          dCell = tf.mul(dCell, f);
        }
        const all = tf.concat(dSums);
        const columns = tf.transpose(all);
        const flat = tf.reshape(x, [length * batch, -1]);
        const dBias = rowSums(all);
        return [
          tf.reshape(tf.matMul(all, inputWeight), x.shape),
          tf.matMul(columns, flat),
          tf.matMul(columns, tf.concat(savedStates.slice(0, length))),
          dBias,
          dBias.clone(),
        ];
      },
    };
  });

  // x: [..., channels], bias: [channels]
  const addBias = tf.customGrad((x, bias) => ({
    value: tf.add(x, bias),
    gradFunc: (dy) => [dy, rowSums(tf.reshape(dy, [-1, bias.shape[0]]))],
  }));

  // logits: [rows, classes], labels: [rows], int32
  function crossEntropy(logits, labels) {
    const meanLoss = tf.customGrad((logits, save) => {
      const [rows, classes] = logits.shape;
      const chosen = tf.oneHot(labels, classes);
      const highest = tf.max(logits, 1, true);
      const powers = tf.exp(tf.sub(logits, highest));
      const sums = tf.sum(powers, 1, true);
      save([powers, sums, chosen]);
      const normalizers = tf.squeeze(tf.add(tf.log(sums), highest), [1]);
      return {
        value: tf.mean(tf.sub(normalizers, tf.sum(tf.mul(logits, chosen), 1))),
        gradFunc: (dy, [powers, sums, chosen]) => tf.mul(tf.sub(tf.div(powers, sums), chosen), tf.div(dy, rows)),
      };
    });
    return meanLoss(logits);
  }

  return {
    linear,
    scores,
    embedding,
    layerNorm,
    gelu,
    geluTanh,
    attention,
    addBias,
    conv2d,
    batchNorm,
    lstm,
    crossEntropy,
  };
}
