/**
 * The options of a test that takes long and of whose kind another is quick: `npm test` leaves it out, `npm run test:long` runs it
 * with the files called `*.long.test.ts`, of which all tests are long.
 */
export const LONG = { tags: 'long' } as const;

/** A table's quick cases, and those that take long, each with the options of their tests. */
export const byLength = <Case>(cases: readonly Case[], isQuick: (each: Case) => boolean) =>
  [
    [{}, cases.filter(isQuick)],
    [LONG, cases.filter((each) => !isQuick(each))],
  ] as const;
