export function NoteCard({ text }: { text: string }) {
  return <p className="note">{text}</p>;
}
