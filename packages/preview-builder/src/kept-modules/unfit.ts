import { clip } from "#report/report-rows.ts";

/** Says that a project is nothing for kept modules. The bundler takes it as a whole then, and it alone tells people of errors. */
export class Unfit extends Error {
  constructor(reason: string) {
    // Names in it are the project's, and may be as long as a file.
    super(clip(reason));
    this.name = "Unfit";
  }
}
