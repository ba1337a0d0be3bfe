import { createContext, use, useState, type PropsWithChildren } from "react";

const Context = createContext({ read: [] as string[], markRead: (_id: string) => {} });

export const useReadEntries = () => use(Context);

export function ReadEntries({ children }: PropsWithChildren) {
  const [read, setRead] = useState<string[]>([]);
  const markRead = (id: string) => setRead((ids) => [...new Set([...ids, id])]);
  return <Context value={{ read, markRead }}>{children}</Context>;
}
