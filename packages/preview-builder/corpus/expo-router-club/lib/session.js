import { createContext, use, useState } from "react";

const Session = createContext({ isMember: false, enter: () => {} });

export const useSession = () => use(Session);

export function SessionProvider({ children }) {
  const [isMember, setMember] = useState(false);
  return <Session value={{ isMember, enter: () => setMember(true) }}>{children}</Session>;
}
