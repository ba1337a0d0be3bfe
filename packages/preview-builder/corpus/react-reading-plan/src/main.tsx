import { createRoot } from "react-dom/client";
import { Plan } from "./Plan";
import "./plan.css";

const root = document.getElementById("app");
if (root) createRoot(root).render(<Plan />);
