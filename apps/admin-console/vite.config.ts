import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressAssets } from "./build/compress-assets.ts";

/** Where `pnpm dev` serves the API, for `vite` in watch mode. */
const api = "http://127.0.0.1:4000";

// The API takes a session in a cookie from its own origin alone. In watch mode it does not see ours.
const proxied = { target: api, changeOrigin: true, headers: { origin: api } };

export default defineConfig({
  base: "/admin/",
  plugins: [react(), compressAssets()],
  // The API puts one of its own in for each answer.
  html: { cspNonce: "CSP_NONCE" },
  build: {
    target: "es2024",
    // Inlined images would need an exception in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What other processes serve must stay while it is built anew: names of assets hold their hash.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
  },
  server: { port: 4001, strictPort: true, proxy: { "/api": proxied, "/trpc": proxied, "/health": proxied } },
});
