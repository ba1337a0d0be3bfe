import { afterAll, expect, test } from "vitest";
import { corpusNames } from "#testing/corpus-project.ts";
import { createCorpusScorer } from "#testing/score-corpus.ts";

const [names, scorer] = await Promise.all([corpusNames(), createCorpusScorer({ keepsModules: true })]);
afterAll(() => scorer[Symbol.asyncDispose]());

test.each(names)(
  "%s shows what it should when its modules are kept, and is the same page to the byte when they are built again",
  async (name) => {
    expect((await scorer.score(name)).problems).toEqual([]);
  },
);
