import { z } from "zod";

const environmentSchema = z.object({
  OBJECT_STORE_DIRECTORY: z.string().min(1),
  OBJECT_STORE_PORT: z.coerce.number().int().min(0).max(65_535).default(4_002),
  OBJECT_STORE_HOST: z.string().min(1).default("127.0.0.1"),
  OBJECT_STORE_ACCESS_KEY_ID: z.string().min(1),
  OBJECT_STORE_SECRET_ACCESS_KEY: z.string().min(1),
  OBJECT_STORE_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is not a bucket name"),
  OBJECT_STORE_REGION: z.string().min(1).default("us-east-1"),
  /** Origins, separated by commas. */
  OBJECT_STORE_CORS_ORIGINS: z.string().default(""),
  OBJECT_STORE_MAX_OBJECT_BYTES: z.coerce.number().int().positive().optional(),
  OBJECT_STORE_FAULTS_TOKEN: z.string().min(16).optional(),
});

/**
 * Reads what the object store's own process is told.
 *
 * @throws Error that names every wrong variable.
 */
export const readObjectStoreEnvironment = (): z.infer<typeof environmentSchema> => {
  const parsed = environmentSchema.safeParse(process.env);
  if (!parsed.success) throw new Error(`The object store's environment is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
};
