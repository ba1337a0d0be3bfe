import { sha256Hex } from "@hivesync/platform/ids";

export type Files = Readonly<Record<string, Uint8Array>>;

/** Files, with the manifest that names them: who asks for previews again and again knows the hashes. */
export interface HashedFiles {
  byHash: ReadonlyMap<string, Uint8Array>;
  manifest: readonly { path: string; sha256: string; size: number }[];
}

export function hashFiles(files: Files): HashedFiles {
  const rows = Object.entries(files).map(([path, bytes]) => ({ path, sha256: sha256Hex(bytes), bytes }));
  return {
    byHash: new Map(rows.map(({ sha256, bytes }) => [sha256, bytes])),
    manifest: rows.map(({ path, sha256, bytes }) => ({ path, sha256, size: bytes.length })),
  };
}

/** Somebody who asks for previews, by the shortest way that the API has. */
export interface PreviewCaller {
  /** Brings the files to storage that are not there, and asks for no preview. */
  upload: (files: HashedFiles) => Promise<number>;
  /** Asks for a preview, uploads what is missing, and waits until its page opens. */
  publish: (files: HashedFiles) => Promise<void>;
}

interface Missing {
  sha256: string;
  upload_url: string;
  headers: Record<string, string>;
}

interface RequestAnswer {
  status: number;
  body: {
    data: { job_id: string; status: string } | null;
    error: { code: string; details: { missing: Missing[] } } | null;
  };
}

/** Makes one for a project of whoever has the token. */
export function previewCaller(
  origin: string,
  token: string,
  { projectId, platform }: { projectId: string; platform: string },
): PreviewCaller {
  const authorization = `Bearer ${token}`;
  const headers = { authorization, "content-type": "application/json" };
  const ask = async ({ manifest }: HashedFiles): Promise<RequestAnswer> => {
    const body = JSON.stringify({ project_id: projectId, platform, files: manifest });
    const answer = await fetch(`${origin}/api/v1/preview/request`, { method: "POST", headers, body });
    return { status: answer.status, body: (await answer.json()) as RequestAnswer["body"] };
  };
  const send = async ({ byHash }: HashedFiles, missing: readonly Missing[]): Promise<void> => {
    await Promise.all(
      missing.map(async ({ sha256, upload_url, headers: signed }) => {
        const body = Buffer.from(byHash.get(sha256) ?? "");
        const answer = await fetch(upload_url, { method: "PUT", headers: signed, body });
        if (!answer.ok) throw new Error(`an upload was answered ${answer.status}`);
        await answer.arrayBuffer();
      }),
    );
  };
  const request = async (files: HashedFiles): Promise<{ job_id: string; status: string }> => {
    for (;;) {
      const { status, body } = await ask(files);
      if (body.data) return body.data;
      const missing = body.error?.code === "FILES_MISSING" ? body.error.details.missing : [];
      if (missing.length === 0) throw new Error(`a preview was answered ${status}: ${JSON.stringify(body)}`);
      await send(files, missing);
    }
  };
  const waitForEnd = async (id: string): Promise<void> => {
    const answer = await fetch(`${origin}/api/v1/preview/${id}/stream`, { headers: { authorization } });
    if (!answer.ok || answer.body === null)
      throw new Error(`the stream was answered ${answer.status}: ${await answer.text()}`);
    let text = "";
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const end = /"type":"end","status":"(\w+)"/u.exec(text)?.[1];
      if (end === "COMPLETED") return;
      if (end !== undefined) throw new Error(`the preview ended ${end}: ${text}`);
    }
    throw new Error(`the stream ended without an end: ${text}`);
  };
  return {
    upload: async (files) => {
      const { body } = await ask(files);
      const missing = body.error?.details.missing ?? [];
      await send(files, missing);
      return missing.length;
    },
    publish: async (files) => {
      const { job_id, status } = await request(files);
      if (status !== "COMPLETED") await waitForEnd(job_id);
    },
  };
}
