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

/** What is answered in the place of a package that cannot be had; it can be sent to another process. */
export interface PackageRefusal {
  readonly fault: PackageFault;
  readonly packageName: string;
  readonly text: string;
}

/** @throws PackageError for a refusal. */
export function accepted<Answer>(answer: Answer | PackageRefusal): Answer {
  if (typeof answer === "object" && answer !== null && "fault" in answer) {
    throw new PackageError(answer.fault, answer.packageName, answer.text);
  }
  return answer;
}
