import { afterAll, expect, test } from "vitest";
import { corpusNames } from "./corpus-project.ts";
import { createCorpusScorer } from "./score-corpus.ts";

const [names, scorer] = await Promise.all([corpusNames(), createCorpusScorer()]);
afterAll(() => scorer[Symbol.asyncDispose]());

// What a project needs to be built and to be shown is in its expect.json: src/testing/corpus-project.ts.
test.each(names)(
  "%s is built as what it is, shows what it should in the viewer's frame, and prints no error",
  async (name) => {
    expect((await scorer.score(name)).problems).toEqual([]);
  },
);
