import { defineConfig } from "vitest/config";

const exclude = ["**/node_modules/**", "**/dist/**", "**/corpus/**"];

// What `pnpm check` runs too: no services, in a second.
const house = ["infra/check/**/*.test.ts", "apps/api/src/layout.test.ts"];

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    // Files share a process and its imports, which were half of the time. What has state is passed in, so nothing is left over.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "house", include: house } },
      {
        extends: true,
        test: {
          name: "product",
          include: ["{packages,apps,infra,examples/vscode-plugin}/**/*.test.ts"],
          exclude: [...exclude, ...house],
          globalSetup: ["packages/testing/src/global-setup.ts"],
          setupFiles: ["packages/testing/src/console-guard.ts"],
        },
      },
    ],
  },
});
