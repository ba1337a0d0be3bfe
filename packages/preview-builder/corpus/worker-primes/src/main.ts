import settings from "../settings.json5";
import { chapters } from "./chapters";

document.querySelector("#title")!.textContent = `${import.meta.env.VITE_TITLE} (${settings.algorithm})`;
for (const { title, load } of chapters) {
  const item = document.createElement("li");
  item.textContent = title;
  document.querySelector("#chapters")!.append(item);
  void load().then((body) => item.append(`: ${body}`));
}

const worker = new Worker(new URL("./count.worker.ts", import.meta.url), { type: "module" });
worker.addEventListener("message", ({ data }: MessageEvent<{ count: number; largest: number }>) => {
  document.querySelector("#answer")!.textContent = `${data.count} primes, the largest is ${data.largest}`;
});
worker.postMessage({ limit: Number(import.meta.env.VITE_LIMIT), mode: process.env.NODE_ENV });
