import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { applyCallback } from "./apply-callback.ts";

export const receivePreview = operation(api.callbacks.receivePreview, ({ deps, input, request }) =>
  applyCallback(deps, { body: input, request, kind: "preview" }),
);
