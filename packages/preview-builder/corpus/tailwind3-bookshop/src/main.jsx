import { createRoot } from "react-dom/client";
import { Shop } from "./Shop";
import "./index.css";

createRoot(document.getElementById("root")).render(<Shop />);
