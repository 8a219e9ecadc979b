/**
 * The options of a test that takes long and of whose kind another is quick: `npm test` leaves it out, `npm run test:long` runs it
 * with the files called `*.long.test.ts`, of which all tests are long.
 */
export const LONG = { tags: 'long' } as const;
