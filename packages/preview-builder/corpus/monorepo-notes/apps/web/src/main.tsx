import { createRoot } from "react-dom/client";
import { NotesPage } from "@/pages/NotesPage";

createRoot(document.getElementById("root")!).render(<NotesPage />);
