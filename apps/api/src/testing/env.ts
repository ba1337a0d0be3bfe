import { z } from "zod";

/** How many inputs the fuzz run gives to each endpoint. A few in every test run; thousands by `HIVESYNC_FUZZ_RUNS`. */
export const fuzzRuns = z.coerce.number().int().min(1).default(25).parse(process.env.HIVESYNC_FUZZ_RUNS);

/** The seed of a run that is to be repeated; another one each time when absent. */
export const fuzzSeed = z.coerce.number().int().optional().parse(process.env.HIVESYNC_FUZZ_SEED);
