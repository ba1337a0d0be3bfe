import { useSyncExternalStore } from "react";
import { createSession, type SessionState } from "./session.ts";

/** The one session of this page. */
export const session = createSession();

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.state);
}
