import { derived, writable } from "svelte/store";

export const base = writable([0x33, 0x66, 0x99]);
export const shades = derived(base, ($base) => [0.4, 0.7, 1, 1.2, 1.5].map((factor) => toHex($base.map((part) => part * factor))));

export function toHex(parts) {
  return `#${parts.map((part) => Math.min(255, Math.round(part)).toString(16).padStart(2, "0")).join("")}`;
}

export function brighten() {
  base.update((parts) => parts.map((part) => Math.min(255, part + 26)));
}
