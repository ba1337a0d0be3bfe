/** Why a package cannot be had. Only `unreachable` may pass by itself. */
export type PackageFault =
  | "not-found"
  | "no-version"
  | "unreachable"
  | "damaged"
  | "too-large"
  | "unsafe"
  | "unsupported";

/** A package that cannot be had, told for people: the message names it and says what to do. Never holds a path of the host. */
export class PackageError extends Error {
  readonly fault: PackageFault;
  readonly packageName: string;

  constructor(fault: PackageFault, packageName: string, message: string) {
    super(message);
    this.name = "PackageError";
    this.fault = fault;
    this.packageName = packageName;
  }
}
