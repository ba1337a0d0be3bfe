import svelte from "rollup-plugin-svelte";

export default {
  input: "src/main.js",
  output: { sourcemap: true, format: "iife", name: "app", file: "public/build/bundle.js" },
  plugins: [svelte()],
};
