import { useSyncExternalStore } from "react";
import { Session, type SessionState } from "./session.ts";

/** The one session of this page. */
export const session = new Session();

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.state);
}
