import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { Router } from "wouter";
import { Shell } from "#layout/shell.tsx";
import { Pages } from "#pages/pages.tsx";
import { queryClient } from "#server/trpc.ts";
import { Gate } from "#session/gate.tsx";
import { cssVariables, theme } from "./theme.ts";

// The same key as in public/color-scheme.js.
const colorSchemeManager = localStorageColorSchemeManager({ key: "hivesync-color-scheme" });

export function App({ nonce }: { nonce: string }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      cssVariablesResolver={cssVariables}
      getStyleNonce={() => nonce}
    >
      <Notifications position="bottom-right" autoClose={4_000} />
      <QueryClientProvider client={queryClient}>
        <Gate>
          <Router base="/admin">
            <Shell>
              <Pages />
            </Shell>
          </Router>
        </Gate>
      </QueryClientProvider>
    </MantineProvider>
  );
}
