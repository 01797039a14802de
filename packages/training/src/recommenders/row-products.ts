import { defaultRuntime, encodeModel, GraphBuilder, type Session, tensor } from "@modelwright/engine";

/** Products of many rows with themselves and with a small matrix. */
export class RowProducts {
  readonly #width: number;
  readonly #gram: Session;
  readonly #product: Session;

  private constructor(width: number, { gram, product }: { readonly gram: Session; readonly product: Session }) {
    this.#width = width;
    this.#gram = gram;
    this.#product = product;
  }

  static async open(width: number): Promise<RowProducts> {
    const runtime = await defaultRuntime();
    // One thread: how products are cut for several could show in their last bits.
    const options = { threads: 1 };
    const gram = new GraphBuilder({ name: "gram" });
    const own = gram.input("rows", "float32", ["rows", width]);
    gram.output(gram.op("Gemm", [own, own], { transA: 1 }), "gram");
    const product = new GraphBuilder({ name: "product" });
    const rows = product.input("rows", "float32", ["rows", width]);
    product.output(product.op("MatMul", [rows, product.input("matrix", "float32", [width, width])]), "product");
    return new RowProducts(width, {
      gram: await runtime.createSession(encodeModel(gram.build()), options),
      product: await runtime.createSession(encodeModel(product.build()), options),
    });
  }

  /**
   * YᵀY, `[width, width]`.
   *
   * @param rows Y, float32 `[rows, width]`.
   */
  async gram(rows: Float32Array): Promise<Float64Array> {
    const { gram } = await this.#gram.run({ rows: this.#matrix(rows) }, ["gram"], RUN);
    return Float64Array.from(gram!.data as Float32Array);
  }

  /** Writes Y · matrix, which may lie where Y did. */
  async multiply(rows: Float32Array, matrix: Float64Array, into: Float32Array): Promise<void> {
    const feeds = { rows: this.#matrix(rows), matrix: this.#matrix(Float32Array.from(matrix)) };
    const { product } = await this.#product.run(feeds, ["product"], RUN);
    into.set(product!.data as Float32Array);
  }

  release(): void {
    this.#gram.release();
    this.#product.release();
  }

  #matrix(data: Float32Array) {
    return tensor("float32", [data.length / this.#width, this.#width], data);
  }
}

const RUN = { blocking: true };
