/** Mutants that break the promise that nothing is lost, each one change to the app's source, which the proof must notice. */

/** A mutant: in `file`, each text (which occurs once) is replaced by `by`. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly by: string;
  /** A second replacement that goes with the first. */
  readonly also?: { readonly text: string; readonly by: string };
  /** Whether only a board with deferred bytes reveals it. */
  readonly photon?: true;
}

/** All mutants. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a fact counts before it is durable',
    file: 'src/storage/job-journal.ts',
    text: 'await store.append(job, facts.length, more);',
    by: 'void store.append(job, facts.length, more);',
  },
  {
    name: 'the intent is noted after the rewrite',
    file: 'src/session/job-execution/runner.ts',
    text: "  await run.journal.append({ fact: 'intent', run: number, units: units.map(bare) });",
    by: "  const later = { fact: 'intent', run: number, units: units.map(bare) } as const;",
    also: {
      text: "  await run.journal.append({ fact: 'written', run: number });",
      by: "  await run.journal.append(later);\n  await run.journal.append({ fact: 'written', run: number });",
    },
  },
  {
    name: 'a write goes beyond its stretch',
    file: 'src/session/job-execution/runner.ts',
    text: "  await run.journal.append({ fact: 'written', run: number });",
    by: `  const end = rangeEnd(spanOf(units));
  const size = units[0]?.size ?? 0;
  const next = { region: spanOf(units).region, address: end, size };
  await run.target.rewrite(next, new Uint8Array(size), { cancel: run.cancel }).catch(() => undefined);
  await run.journal.append({ fact: 'written', run: number });`,
  },
  {
    name: 'nothing is verified: each digest is noted as right',
    file: 'src/session/job-execution/prove-units.ts',
    text: 'for (const unit of span) digests.set(unit, await digestOf(run, bare(unit)));',
    by: 'for (const unit of span) digests.set(unit, unit.after);',
  },
  {
    name: 'a digest of several is taken for right',
    file: 'src/session/job-execution/prove-units.ts',
    text: 'if (whole === run.md5(await contentOf(run, span)))',
    by: 'if (whole !== null)',
  },
  {
    name: 'no order: the last stretch first',
    file: 'src/flash/plan.ts',
    text: '|| a.rank - b.rank,',
    by: '|| b.rank - a.rank,',
  },
  {
    name: 'nothing is held back',
    file: 'src/session/job-execution/runner.ts',
    text: ', ...deferredIn(units)',
    by: '',
    photon: true,
  },
  {
    name: 'no back-up before the erase',
    file: 'src/flash/job.ts',
    text: "if (saving.length > 0) return { do: 'back-up', units: saving };",
    by: '',
  },
  {
    name: 'backed up is noted before it is read',
    file: 'src/session/job-execution/runner.ts',
    text: 'const data = await readToKeep(run, range);\n    const parts = partsOf(run, data, range.address, span);',
    by: "const data = (await readToKeep(run, range)).fill(0);\n    const parts = partsOf(run, data, range.address, span).map((part) => ({ ...part, md5: known.get(unitKey(part))?.before ?? '' }));",
  },
  {
    name: 'what is read is not kept',
    file: 'src/session/job-execution/runner.ts',
    text: 'const contents = parts.map(({ md5, data }) => ({ md5, data }));',
    by: 'const contents: Part[] = [];',
  },
  {
    name: 'resume trusts the journal',
    file: 'src/session/job-execution/runner.ts',
    text: "  await run.journal.append({ fact: 'resumed' });\n",
    by: '',
    also: {
      text: '  for (const { units, encrypt } of run.plan.stretches) await prove(run, { units, encrypt }, known);\n',
      by: '',
    },
  },
  {
    name: 'kept bytes are not put back',
    file: 'src/flash/content.ts',
    text: '    content.set(before, address - unit.address);\n',
    by: '',
  },
  {
    name: 'what an interrupted job owes is forgotten',
    file: 'src/session/job-execution/open-jobs.ts',
    text: 'owed.push({ ...range, data: content.slice(from, from + range.size) });',
    by: '',
  },
  {
    name: 'contents are staged from the device as they are needed',
    file: 'src/session/job-execution/runner.ts',
    text: 'const content = await contentOf(run, units);\n  await write(',
    by: `const content = (await contentOf(run, units)).slice();
  for (const { address, size, source } of units.flatMap(({ pieces }) => pieces)) {
    if (source.from !== 'device' || run.target.read === undefined) continue;
    const now = await run.target.read({ region: source.region, address: source.address, size }, { cancel: run.cancel });
    content.set(now, address - spanOf(units).address);
  }
  await write(`,
  },
];
