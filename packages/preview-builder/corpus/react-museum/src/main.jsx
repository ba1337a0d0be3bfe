import { createRoot } from "react-dom/client";
import { Museum } from "./Museum.jsx";

createRoot(document.getElementById("root")).render(<Museum />);
