import "./zod-without-eval.ts";
import "@mantine/core/styles.css";
import "@mantine/charts/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { forgetOnLeave } from "#session/forget-on-leave.ts";
import { session } from "#session/use-session.ts";

// Styles that are made while the page runs carry it; browsers hide it from everything but this property.
const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
// By this name react-remove-scroll, which Mantine's windows use, looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const root = document.querySelector("#root");
if (!root) throw new Error("the page has no #root");
forgetOnLeave();
void session.resume();
createRoot(root).render(
  <StrictMode>
    <App nonce={nonce} />
  </StrictMode>,
);
