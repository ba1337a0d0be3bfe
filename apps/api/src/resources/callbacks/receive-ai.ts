import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { applyCallback } from "./apply-callback.ts";

export const receiveAi = operation(api.callbacks.receiveAi, ({ deps, input, request }) =>
  applyCallback(deps, { body: input, request, kind: "ai" }),
);
