import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { applyCallback } from "./apply-callback.ts";

export const receive = operation(api.callbacks.receive, ({ deps, input, request }) =>
  applyCallback(deps, { body: input, request, kind: "any" }),
);
