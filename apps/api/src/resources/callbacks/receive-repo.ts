import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { applyCallback } from "./apply-callback.ts";

export const receiveRepo = operation(api.callbacks.receiveRepo, ({ deps, input, request }) =>
  applyCallback(deps, { body: input, request, kind: "repo" }),
);
