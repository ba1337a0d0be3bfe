import { styleText } from "node:util";
import { describeFailure } from "./describe-failure.ts";

export type Style = Parameters<typeof styleText>[0];

interface Setback {
  againInMs: number | null;
  /** With `--json`, besides the error. */
  fields: object;
  otherwise: string;
}

/** Where a command writes: its result to stdout, everything else to stderr. With `--json` one object on stdout and nothing else. */
export class Output {
  readonly json: boolean;

  constructor({ json }: { json: boolean }) {
    this.json = json;
  }

  /** Whether somebody looks at what is written to stdout. */
  get isTerminal(): boolean {
    return !this.json && process.stdout.isTTY;
  }

  /** How many columns a line of the result may take: as many as it likes where it goes to no terminal. */
  get width(): number {
    return (this.isTerminal && process.stdout.columns) || Infinity;
  }

  /** The result of a command, once. */
  result(value: object, text: string): void {
    process.stdout.write(this.json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  }

  /** One of many results, each told as it comes: with `--json` one object a line. */
  line(value: object, text: string): void {
    this.result(value, text);
  }

  /** Something to do before the command can go on; told with `--json` too, to whoever sits before it. */
  request(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** Something to know besides the result. */
  note(text: string): void {
    if (!this.json) process.stderr.write(`${text}\n`);
  }

  /** Reports a failure after which the command goes on: by itself after a while, or when something else happens, which `otherwise` says. */
  setback(error: unknown, { againInMs, fields, otherwise }: Setback): void {
    const { body, text } = describeFailure(error, { againInMs });
    if (this.json) return this.line({ ...fields, error: body }, "");
    this.note(`${this.style("red", "Error")} ${againInMs === null ? `${text}\n${otherwise}` : text}`);
  }

  /** Reports why the command failed. Answers the exit code. */
  failure(error: unknown): number {
    const { body, text, exitCode } = describeFailure(error);
    if (this.json) process.stdout.write(`${JSON.stringify({ error: body })}\n`);
    else process.stderr.write(`${this.style("red", "Error")} ${text}\n`);
    return exitCode;
  }

  /** Colours where the stream, stderr unless given, is a terminal that shows them. */
  style(style: Style, text: string, stream: NodeJS.WriteStream = process.stderr): string {
    return styleText(style, text, { stream });
  }
}
