/** Where everything stands in the object store. Every key begins with its team. */
export const objectKeys = {
  blob: (teamId: string, sha256: string): string => `t/${teamId}/blobs/${sha256}`,
  /** What a job works on, under the hash of its content. */
  input: (teamId: string, sha256: string): string => `t/${teamId}/inputs/${sha256}.json`,
  /** Everything that one attempt of a job may write begins with this. */
  attempt: (job: { teamId: string; kind: "previews" | "ai" | "repos"; jobId: string; attempt: number }): string =>
    `t/${job.teamId}/${job.kind}/${job.jobId}/${job.attempt}/`,
};

/** An object's address in callbacks: `s3://bucket/key`. */
export function toObjectUrl(bucket: string, key: string): string {
  return `s3://${bucket}/${key}`;
}

/** The key in an `s3://bucket/key` of this bucket, or undefined for any other address. */
export function keyOfObjectUrl(bucket: string, url: string): string | undefined {
  const start = `s3://${bucket}/`;
  return url.startsWith(start) ? url.slice(start.length) : undefined;
}
