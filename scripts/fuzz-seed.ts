/**
 * Setup of the unit tests: property tests draw the same cases in every run, so a failure is reproducible. With `FUZZ=<factor>`
 * (`npm run fuzz`) the seed is new and every property runs that many times as often.
 */
import fc from 'fast-check';

const factor = Number(process.env['FUZZ'] ?? 0);
const usual = fc.readConfigureGlobal();

fc.configureGlobal(factor > 0 ? { ...usual, numRuns: 100 * factor } : { ...usual, seed: 20_261_120 });
