import { byId } from "../../web-page/parts/dom.js";

// No allow-same-origin: the app gets an origin of its own and reaches nothing of ours.
const sandbox = "allow-scripts allow-forms allow-modals allow-popups";
const permissions = "clipboard-write; fullscreen";
const rememberedAs = "hivesync-device";
const roomAroundPx = 24;

/** The frame that the app runs in, once there is one. */
export function appFrame() {
  return byId("screen").querySelector("iframe");
}

/** A fresh frame each time: loading the old one again would leave a step in the browser's history. @param {string} url */
export function mountApp(url) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", sandbox);
  frame.allow = permissions;
  frame.referrerPolicy = "no-referrer";
  frame.title = "The app";
  frame.src = url;
  byId("screen").replaceChildren(frame);
}

/** The device stands whole on the stage, never larger than life. */
function fitDevice() {
  const stage = byId("stage");
  const device = byId("device");
  const scale = Math.min(
    1,
    (stage.clientWidth - 2 * roomAroundPx) / device.offsetWidth,
    (stage.clientHeight - 2 * roomAroundPx) / device.offsetHeight,
  );
  device.style.setProperty("--scale", String(Math.max(scale, 0.1)));
}

/** @param {string} device */
function showDevice(device) {
  byId("device").dataset["device"] = device;
}

/** Where storage is denied the choice lasts as long as the page. */
function rememberedDevice() {
  try {
    return localStorage.getItem(rememberedAs);
  } catch {
    return null;
  }
}

/** @param {string} device */
function rememberDevice(device) {
  try {
    localStorage.setItem(rememberedAs, device);
  } catch {
    return;
  }
}

export function startDevices() {
  /** @type {NodeListOf<HTMLInputElement>} */
  const choices = document.querySelectorAll("input[name=device]");
  const remembered = rememberedDevice();
  for (const choice of choices) {
    if (choice.value === remembered) choice.checked = true;
    choice.addEventListener("change", () => {
      showDevice(choice.value);
      rememberDevice(choice.value);
    });
  }
  const [chosen] = [...choices].filter(({ checked }) => checked);
  if (chosen) showDevice(chosen.value);
  const observer = new ResizeObserver(fitDevice);
  observer.observe(byId("stage"));
  observer.observe(byId("device"));
}
