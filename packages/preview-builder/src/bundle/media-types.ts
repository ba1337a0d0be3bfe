/** Kinds of content by file ending: what the bundler does with a file, and the media type of its data URL. */
interface ContentType {
  readonly loader: "tsx" | "ts" | "jsx" | "json" | "css" | "local-css" | "text" | "dataurl";
  readonly mediaType: string;
}

const asset = (mediaType: string): ContentType => ({ loader: "dataurl", mediaType });
const script = (loader: ContentType["loader"]): ContentType => ({ loader, mediaType: "text/javascript" });

const BY_ENDING: Readonly<Record<string, ContentType>> = {
  ".module.css": { loader: "local-css", mediaType: "text/css" },
  ".css": { loader: "css", mediaType: "text/css" },
  ".tsx": script("tsx"),
  ".ts": script("ts"),
  ".mts": script("ts"),
  ".cts": script("ts"),
  // React Native and older React projects write JSX in plain .js files.
  ".js": script("jsx"),
  ".jsx": script("jsx"),
  ".mjs": script("jsx"),
  ".cjs": script("jsx"),
  ".json": { loader: "json", mediaType: "application/json" },
  ".txt": { loader: "text", mediaType: "text/plain" },
  ".glsl": { loader: "text", mediaType: "text/plain" },
  ".vert": { loader: "text", mediaType: "text/plain" },
  ".frag": { loader: "text", mediaType: "text/plain" },
  ".wgsl": { loader: "text", mediaType: "text/plain" },
  ".md": { loader: "text", mediaType: "text/markdown" },
  ".png": asset("image/png"),
  ".jpg": asset("image/jpeg"),
  ".jpeg": asset("image/jpeg"),
  ".gif": asset("image/gif"),
  ".webp": asset("image/webp"),
  ".avif": asset("image/avif"),
  ".svg": asset("image/svg+xml"),
  ".ico": asset("image/x-icon"),
  ".bmp": asset("image/bmp"),
  ".apng": asset("image/apng"),
  ".jfif": asset("image/jpeg"),
  ".cur": asset("image/x-icon"),
  ".jxl": asset("image/jxl"),
  ".heic": asset("image/heic"),
  ".woff2": asset("font/woff2"),
  ".woff": asset("font/woff"),
  ".ttf": asset("font/ttf"),
  ".otf": asset("font/otf"),
  ".eot": asset("application/vnd.ms-fontobject"),
  ".mp3": asset("audio/mpeg"),
  ".m4a": asset("audio/mp4"),
  ".wav": asset("audio/wav"),
  ".ogg": asset("audio/ogg"),
  ".aac": asset("audio/aac"),
  ".flac": asset("audio/flac"),
  ".opus": asset("audio/ogg"),
  ".mov": asset("video/quicktime"),
  ".m4v": asset("video/mp4"),
  ".ogv": asset("video/ogg"),
  ".vtt": asset("text/vtt"),
  ".glb": asset("model/gltf-binary"),
  ".gltf": asset("model/gltf+json"),
  ".hdr": asset("image/vnd.radiance"),
  ".webmanifest": asset("application/manifest+json"),
  ".mp4": asset("video/mp4"),
  ".webm": asset("video/webm"),
  ".pdf": asset("application/pdf"),
  ".wasm": asset("application/wasm"),
};

/** The content type of a project path, or undefined for an ending that previews do not know. */
export function contentTypeOf(path: string): ContentType | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (name.endsWith(".module.css")) return BY_ENDING[".module.css"];
  const dot = name.lastIndexOf(".");
  return dot === -1 ? undefined : BY_ENDING[name.slice(dot)];
}

/** True of files that a page shows or plays rather than runs. */
export function isAsset(path: string): boolean {
  return contentTypeOf(path)?.loader === "dataurl";
}

export function toDataUrl(path: string, bytes: Uint8Array): string {
  const mediaType = contentTypeOf(path)?.mediaType ?? "application/octet-stream";
  return `data:${mediaType};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")}`;
}
