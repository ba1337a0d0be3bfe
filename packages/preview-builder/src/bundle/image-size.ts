/** Width and height in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Reads an image's size from its header: PNG, GIF, JPEG, WebP. Undefined for anything else, or a header cut short. */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return READERS.map((read) => read(view)).find((size) => size !== undefined);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const READERS: readonly ((view: DataView) => ImageSize | undefined)[] = [
  (view) => (startsWith(view, "\x89PNG") ? { width: view.getUint32(16), height: view.getUint32(20) } : undefined),
  (view) =>
    startsWith(view, "GIF8") ? { width: view.getUint16(6, true), height: view.getUint16(8, true) } : undefined,
  (view) => (startsWith(view, "RIFF") && startsWith(view, "WEBP", 8) ? webpSize(view) : undefined),
  (view) => (view.byteLength > 4 && view.getUint16(0) === 0xffd8 ? jpegSize(view) : undefined),
];

function startsWith(view: DataView, text: string, at = 0): boolean {
  if (view.byteLength < at + text.length) return false;
  return Buffer.from(text, "latin1").every((byte, index) => view.getUint8(at + index) === byte);
}

/** Walks the segments to the frame header: FFC0 to FFCF but for C4, C8 and CC (ITU T.81, table B.1). */
function jpegSize(view: DataView): ImageSize | undefined {
  for (let at = 2; at < view.byteLength; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
  }
  return undefined;
}

/** The three WebP layouts of RFC 9649. */
function webpSize(view: DataView): ImageSize | undefined {
  if (startsWith(view, "VP8 ", 12)) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (startsWith(view, "VP8L", 12)) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  if (!startsWith(view, "VP8X", 12)) return undefined;
  const uint24 = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  return { width: uint24(24) + 1, height: uint24(27) + 1 };
}
