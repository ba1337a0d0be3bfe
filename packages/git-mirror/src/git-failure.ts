/** A process of git ended in a way that another attempt may not. */
export class GitFailure extends Error {
  override readonly name: string = "GitFailure";
}

/** The repository's host could not be found or reached, or broke off. */
export class HostFailure extends GitFailure {
  override readonly name = "HostFailure";
}
