import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./reset.less";

createRoot(document.getElementById("root")!).render(<App />);
