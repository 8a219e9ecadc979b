/** How many cases a property test draws. */

/** `FUZZ=<factor>`, as `npm run fuzz` sets it; 1 without it. */
const FACTOR = Math.max(1, Number(process.env['FUZZ'] ?? 0));

/** The number of cases of a property: `usual` of them in every run of the tests, and that many times `FUZZ` when fuzzing. */
export function cases(usual: number): number {
  return usual * FACTOR;
}
