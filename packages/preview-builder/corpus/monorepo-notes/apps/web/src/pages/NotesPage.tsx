import { useSyncExternalStore } from "react";
import { createNotes } from "@notes/store";
import { NoteCard } from "@notes/ui";
import "@notes/ui/theme.css";
import { where } from "#flags";

const notes = createNotes(["Water the fig tree", "Call the plumber"]);

export function NotesPage() {
  const list = useSyncExternalStore(notes.subscribe, notes.read);
  return (
    <main>
      <h1>Shared notes</h1>
      {list.map((text) => (
        <NoteCard key={text} text={text} />
      ))}
      <button onClick={() => notes.add(`Note ${list.length + 1}`)}>Add a note</button>
      <p>
        {list.length} notes in {where}
      </p>
    </main>
  );
}
