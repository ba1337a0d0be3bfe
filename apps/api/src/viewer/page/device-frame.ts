import type { Preview } from "@hivesync/contracts/resources/previews";
import { byId, make } from "../../web-page/parts/dom.js";
import { devicesOf, phoneFor, type Device, type Kind } from "./devices.ts";
import { remember, remembered } from "./remember.ts";

const roomAroundPx = 28;
const chromePx = 38;

const model = byId("model") as HTMLSelectElement;
const kindChoices = [...document.querySelectorAll<HTMLInputElement>("input[name=kind]")];

let device: Device = devicesOf("phone")[0] as Device;
let platform: Preview["platform"] = null;
let isRotated = false;
let isActualSize = false;

export const shownDevice = (): { device: Device; isRotated: boolean } => ({ device, isRotated });

/** The whole device in pixels, with its frame, and the screen in it. */
function measure(stage: HTMLElement) {
  const [above, beside] = device.bezel;
  const chrome = device.kind === "desktop" ? chromePx : 0;
  const room = [stage.clientWidth - 2 * roomAroundPx, stage.clientHeight - 2 * roomAroundPx - chrome] as const;
  const [width, height] = device.size ?? [Math.max(room[0], 320), Math.max(room[1], 240)];
  const upright = { screen: [width, height], bezel: [above, beside] } as const;
  const turned = { screen: [height, width], bezel: [beside, above] } as const;
  const { screen, bezel } = isRotated ? turned : upright;
  return { screen, bezel, outer: [screen[0] + 2 * bezel[1], screen[1] + 2 * bezel[0] + chrome] as const };
}

/** The device stands whole on the stage, never larger than life; or as large as life, and the stage scrolls. */
function layOut(): void {
  const stage = byId("stage");
  const { screen, bezel, outer } = measure(stage);
  const fitting = (side: number, room: number): number => (room - 2 * roomAroundPx) / side;
  const most = Math.max(0.1, Math.min(1, fitting(outer[0], stage.clientWidth), fitting(outer[1], stage.clientHeight)));
  // Whole pixels across: a screen that ends between two of them has a seam.
  const scale = isActualSize ? 1 : Math.floor(screen[0] * most) / screen[0];
  const values = {
    "--screen-width": `${screen[0]}px`,
    "--screen-height": `${screen[1]}px`,
    "--bezel-above": `${bezel[0]}px`,
    "--bezel-beside": `${bezel[1]}px`,
    "--corner": `${device.corner}px`,
    "--outer-width": `${outer[0]}px`,
    "--outer-height": `${outer[1]}px`,
    "--scale": String(scale),
  };
  for (const [name, value] of Object.entries(values)) byId("holder").style.setProperty(name, value);
  const { dataset } = byId("device");
  dataset["kind"] = device.kind;
  dataset["rotated"] = String(isRotated);
  dataset["home"] = String(device.hasHomeButton === true);
  // Only what is larger than the stage has to scroll, and to be reached by keys for that.
  const scroller = byId("scroller");
  scroller.classList.toggle("scrolls", isActualSize);
  scroller.tabIndex = isActualSize ? 0 : -1;
  byId("zoom-level").textContent = `${Math.round(scale * 100)} %`;
}

function listModels(): void {
  const options = devicesOf(device.kind).map(({ name, size }) => {
    const text = size ? `${name} · ${isRotated ? size.toReversed().join(" × ") : size.join(" × ")}` : name;
    return Object.assign(make("option", { text }), { value: name, selected: name === device.name });
  });
  model.replaceChildren(...options);
}

function show(): void {
  for (const choice of kindChoices) choice.checked = choice.value === device.kind;
  const canRotate = device.kind !== "desktop";
  const rotate = byId("rotate") as HTMLButtonElement;
  rotate.disabled = !canRotate;
  rotate.setAttribute("aria-pressed", String(isRotated));
  byId("zoom").setAttribute("aria-pressed", String(isActualSize));
  listModels();
  layOut();
}

const chosenModel = (kind: Kind): Device | undefined =>
  devicesOf(kind).find(({ name }) => name === remembered(`model-${kind}`));

/** The model of the kind that was chosen last, else the one that suits the preview. */
function usual(kind: Kind): Device {
  const suiting = kind === "phone" ? phoneFor(platform) : undefined;
  return chosenModel(kind) ?? suiting ?? (devicesOf(kind)[0] as Device);
}

/** Says nothing of a model: that of the next preview may be another. */
export function chooseKind(kind: Kind): void {
  remember("device", kind);
  device = usual(kind);
  isRotated &&= kind !== "desktop";
  show();
}

function chooseModel(chosen: Device): void {
  remember("device", chosen.kind);
  remember(`model-${chosen.kind}`, chosen.name);
  device = chosen;
  show();
}

/** An app for Android is shown on such a phone, unless one was chosen. */
export function suitPlatform(wanted: Preview["platform"]): void {
  const isChosen = device !== usual(device.kind);
  platform = wanted;
  if (isChosen || device === usual(device.kind)) return;
  device = usual(device.kind);
  show();
}

export function rotateDevice(): void {
  if (device.kind === "desktop") return;
  isRotated = !isRotated;
  show();
}

export function toggleZoom(): void {
  isActualSize = !isActualSize;
  show();
}

export function startDevices(): void {
  const kind = kindChoices.map(({ value }) => value as Kind).find((value) => value === remembered("device"));
  device = usual(kind ?? "phone");
  show();
  for (const choice of kindChoices) choice.addEventListener("change", () => chooseKind(choice.value as Kind));
  model.addEventListener("change", () => {
    const chosen = devicesOf(device.kind).find(({ name }) => name === model.value);
    if (chosen) chooseModel(chosen);
  });
  byId("rotate").addEventListener("click", rotateDevice);
  byId("zoom").addEventListener("click", toggleZoom);
  new ResizeObserver(layOut).observe(byId("stage"));
}
