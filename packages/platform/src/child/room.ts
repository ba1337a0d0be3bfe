import type { LimitedChild } from "./limited-child.ts";

/** What is asked of a child between its jobs. */
export type RoomChild = Pick<LimitedChild, "isAlive" | "use" | "end">;

/** A child, and the folder that it was shown when it was started. */
export interface Room<Child extends RoomChild> {
  readonly directory: string;
  readonly child: Child;
  /** Names of the files in the folder. */
  readonly files: Set<string>;
  /** How many jobs there have been in it. */
  jobs: number;
}
