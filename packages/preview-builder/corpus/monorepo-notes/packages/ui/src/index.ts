export { NoteCard } from "@/NoteCard";
