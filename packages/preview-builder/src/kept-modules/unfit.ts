/** Says that a project is nothing for kept modules. The bundler takes it as a whole then, and it alone tells people of errors. */
export class Unfit extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "Unfit";
  }
}
