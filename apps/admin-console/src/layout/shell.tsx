import { useEffect, useRef, type ReactNode } from "react";
import { useLocation } from "wouter";
import { startLiveStream } from "#live/live-stream.ts";
import { ConfirmProvider } from "#parts/confirm.tsx";
import { KeyboardHelp } from "./keyboard-help.tsx";
import { Palette } from "./palette.tsx";
import { PageBoundary } from "./page-boundary.tsx";
import classes from "./shell.module.css";
import { Side } from "./side.tsx";
import { useShortcuts } from "./use-shortcuts.ts";

/** A new page begins at its top; whoever hears the console is told of it by its heading. */
function useFreshStart(page: string): void {
  const last = useRef(page);
  useEffect(() => {
    if (last.current === page) return;
    last.current = page;
    scrollTo({ top: 0 });
    document.querySelector("h1")?.focus({ preventScroll: true });
  }, [page]);
}

/** What stands around every page. */
export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const page = location.split("/", 2).join("/");
  useShortcuts();
  useFreshStart(page);
  useEffect(startLiveStream, []);
  return (
    <ConfirmProvider>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <div className={classes["shell"]}>
        <Side />
        <main id="main" className={classes["main"]} tabIndex={-1}>
          <PageBoundary page={page}>{children}</PageBoundary>
          <div id="popups" />
        </main>
      </div>
      <Palette />
      <KeyboardHelp />
    </ConfirmProvider>
  );
}
