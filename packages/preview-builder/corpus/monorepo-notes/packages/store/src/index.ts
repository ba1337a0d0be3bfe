type Listener = () => void;

export function createNotes(start: readonly string[]) {
  let notes = start;
  const listeners = new Set<Listener>();
  return {
    read: () => notes,
    add: (text: string) => {
      notes = [...notes, text];
      for (const listener of listeners) listener();
    },
    subscribe: (listener: Listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
