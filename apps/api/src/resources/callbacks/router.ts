import type { Operations } from "#operation.ts";
import { receive } from "./receive.ts";
import { receiveAi } from "./receive-ai.ts";
import { receivePreview } from "./receive-preview.ts";
import { receiveRepo } from "./receive-repo.ts";

export const callbackOperations = { receive, receivePreview, receiveAi, receiveRepo } satisfies Operations<"callbacks">;
