import { writeFile } from "node:fs/promises";

// A llama model of a few hundred KB with random weights: llama.cpp loads and runs it like any other, and what it says
// is noise that only a grammar gives a form. The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

const alignment = 32;
const valueTypes = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const tensorTypeF32 = 0;
const tokenKinds = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

const shape = { embedding: 64, feedForward: 96, blocks: 2, heads: 4 } as const;

class Bytes {
  readonly #parts: Buffer[] = [];
  length = 0;

  raw(part: Buffer): this {
    this.#parts.push(part);
    this.length += part.length;
    return this;
  }

  number(size: number, write: (buffer: Buffer) => void): this {
    const buffer = Buffer.alloc(size);
    write(buffer);
    return this.raw(buffer);
  }

  uint32(value: number): this {
    return this.number(4, (buffer) => buffer.writeUInt32LE(value));
  }

  uint64(value: number): this {
    return this.number(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)));
  }

  float32(value: number): this {
    return this.number(4, (buffer) => buffer.writeFloatLE(value));
  }

  text(value: string): this {
    const bytes = Buffer.from(value);
    return this.uint64(bytes.length).raw(bytes);
  }

  pad(): this {
    return this.raw(Buffer.alloc((alignment - (this.length % alignment)) % alignment));
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

type Value =
  | { type: "uint32" | "int32" | "float32"; value: number }
  | { type: "bool"; value: boolean }
  | { type: "string"; value: string }
  | { type: "array"; of: "string" | "int32" | "float32"; value: readonly (string | number)[] };

function writeValue(bytes: Bytes, value: Value): void {
  if (value.type === "string") bytes.text(value.value);
  else if (value.type === "bool") bytes.raw(Buffer.from([value.value ? 1 : 0]));
  else if (value.type === "float32") bytes.float32(value.value);
  else if (value.type !== "array") bytes.uint32(value.value);
  else {
    bytes.uint32(valueTypes[value.of]).uint64(value.value.length);
    for (const item of value.value) {
      if (typeof item === "string") bytes.text(item);
      else if (value.of === "float32") bytes.float32(item);
      else bytes.uint32(item);
    }
  }
}

/** Every byte is a token, so any text can be read and written. */
function vocabulary(): { tokens: string[]; kinds: number[] } {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  return {
    tokens: ["<unk>", "<s>", "</s>", ...bytes, "▁"],
    kinds: [
      tokenKinds.unknown,
      tokenKinds.control,
      tokenKinds.control,
      ...bytes.map(() => tokenKinds.byte),
      tokenKinds.normal,
    ],
  };
}

function metadata(contextTokens: number): [string, Value][] {
  const { tokens, kinds } = vocabulary();
  const uint32 = (value: number): Value => ({ type: "uint32", value });
  return [
    ["general.architecture", { type: "string", value: "llama" }],
    ["general.name", { type: "string", value: "tiny" }],
    ["general.file_type", uint32(0)],
    ["llama.context_length", uint32(contextTokens)],
    ["llama.embedding_length", uint32(shape.embedding)],
    ["llama.block_count", uint32(shape.blocks)],
    ["llama.feed_forward_length", uint32(shape.feedForward)],
    ["llama.attention.head_count", uint32(shape.heads)],
    ["llama.attention.head_count_kv", uint32(shape.heads)],
    ["llama.attention.layer_norm_rms_epsilon", { type: "float32", value: 1e-5 }],
    ["llama.rope.dimension_count", uint32(shape.embedding / shape.heads)],
    ["llama.vocab_size", uint32(tokens.length)],
    ["tokenizer.ggml.model", { type: "string", value: "llama" }],
    ["tokenizer.ggml.tokens", { type: "array", of: "string", value: tokens }],
    ["tokenizer.ggml.scores", { type: "array", of: "float32", value: tokens.map(() => 0) }],
    ["tokenizer.ggml.token_type", { type: "array", of: "int32", value: kinds }],
    ["tokenizer.ggml.unknown_token_id", uint32(0)],
    ["tokenizer.ggml.bos_token_id", uint32(1)],
    ["tokenizer.ggml.eos_token_id", uint32(2)],
    ["tokenizer.ggml.add_bos_token", { type: "bool", value: true }],
  ];
}

function tensors(vocabularySize: number): [name: string, dimensions: readonly number[]][] {
  const { embedding, feedForward, blocks } = shape;
  const square = [embedding, embedding];
  const block = (index: number): [string, readonly number[]][] =>
    (
      [
        ["attn_norm", [embedding]],
        ["attn_q", square],
        ["attn_k", square],
        ["attn_v", square],
        ["attn_output", square],
        ["ffn_norm", [embedding]],
        ["ffn_gate", [embedding, feedForward]],
        ["ffn_up", [embedding, feedForward]],
        ["ffn_down", [feedForward, embedding]],
      ] as const
    ).map(([name, dimensions]) => [`blk.${String(index)}.${name}.weight`, dimensions]);
  return [
    ["token_embd.weight", [embedding, vocabularySize]],
    ...Array.from({ length: blocks }, (_, index) => block(index)).flat(),
    ["output_norm.weight", [embedding]],
    ["output.weight", [embedding, vocabularySize]],
  ];
}

/** mulberry32: the same file on every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a model likes best to say, in this order: a grammar's strings and lists end as soon as they may. */
const closers = ['"', "]", "}"].map((character) => 3 + (character.codePointAt(0) ?? 0));

// Every hidden state has this in its first place, so that one weight there moves a token's chance for good.
const steady = 4;

interface Weighing {
  random: () => number;
  closes: boolean;
}

function weights(name: string, count: number, { random, closes }: Weighing): Buffer {
  if (name.endsWith("_norm.weight")) return Buffer.from(new Float32Array(count).fill(1).buffer);
  const spread = closes ? 0.05 : 0.4;
  const values = Float32Array.from({ length: count }, () => (random() - 0.5) * spread);
  if (closes && name === "token_embd.weight") for (let at = 0; at < count; at += shape.embedding) values[at] = steady;
  if (closes && name === "output.weight") {
    for (const [rank, token] of closers.entries()) values[token * shape.embedding] = steady - rank;
  }
  return Buffer.from(values.buffer);
}

export interface TinyModel {
  contextTokens?: number;
  /** It ends strings and lists as soon as a grammar lets it; without, it babbles on. */
  closes?: boolean;
}

/** Writes a GGUF file that llama.cpp takes for a real model. */
export async function writeTinyGguf(
  file: string,
  { contextTokens = 16_384, closes = true }: TinyModel = {},
): Promise<void> {
  const weighing = { random: randomNumbers(7), closes };
  const pairs = metadata(contextTokens);
  const list = tensors(vocabulary().tokens.length);
  const data = new Bytes();
  const head = new Bytes().raw(Buffer.from("GGUF")).uint32(3).uint64(list.length).uint64(pairs.length);
  for (const [key, value] of pairs) writeValue(head.text(key).uint32(valueTypes[value.type]), value);
  for (const [name, dimensions] of list) {
    head.text(name).uint32(dimensions.length);
    for (const dimension of dimensions) head.uint64(dimension);
    head.uint32(tensorTypeF32).uint64(data.length);
    const count = dimensions.reduce((product, dimension) => product * dimension, 1);
    data.raw(weights(name, count, weighing)).pad();
  }
  await writeFile(file, Buffer.concat([head.pad().toBuffer(), data.toBuffer()]));
}
