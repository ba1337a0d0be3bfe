import { createHmac, randomInt } from "node:crypto";
import { deriveKeys } from "@hivesync/platform/encryption";
import { newSecret, sha256Hex } from "@hivesync/platform/ids";

/** Seconds in which a device link can be approved and collected. */
export const deviceLinkSeconds = 600;

/** Seconds that a device waits between two questions. */
export const pollSeconds = 5;

// So that a code that slipped into a text is known for what it is, and taken out.
const mark = "hsd_";

// No vowels, so that no word comes up, and nothing that is read as something else (RFC 8628, section 6.1).
const letters = "BCDFGHJKLMNPQRSTVWXZ";
const userCodeLength = 8;

/** The two codes of a device link: 256 opaque bits for the device, eight letters for its user. Only hashes are stored. */
export interface DeviceCodes {
  createDeviceCode: () => string;
  /** Without the dash that it is shown with. */
  createUserCode: () => string;
  hashDeviceCode: (code: string) => string;
  /** Under a key of ours: from a plain hash, 35 bits would be found by trying. */
  hashUserCode: (code: string) => string;
  /** The hashes that a code in use may have while the key is changed: by each key, newest first. */
  hashesOfUserCode: (code: string) => string[];
}

export function createDeviceCodes(masterKeys: readonly Uint8Array[]): DeviceCodes {
  const keys = deriveKeys(masterKeys, "device user codes");
  const hashBy = (key: Buffer, code: string): string => createHmac("sha256", key).update(code).digest("hex");
  return {
    createDeviceCode: () => mark + newSecret(),
    createUserCode: () => Array.from({ length: userCodeLength }, () => letters[randomInt(letters.length)]).join(""),
    hashDeviceCode: sha256Hex,
    hashUserCode: (code) => hashBy(keys[0], code),
    hashesOfUserCode: (code) => keys.map((key) => hashBy(key, code)),
  };
}

/** A user code as it is shown: `WDJB-MJHT`. */
export function showUserCode(code: string): string {
  return `${code.slice(0, userCodeLength / 2)}-${code.slice(userCodeLength / 2)}`;
}
