/** Where the objects are and how to sign in there. */
export interface StorageOptions {
  endpoint: string;
  /** What clients reach, when it differs from `endpoint`: presigned URLs name it. */
  publicEndpoint?: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}
