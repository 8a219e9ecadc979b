/** What a board starts, in one sentence, from what was read of it. */
import { list } from '../../flash/english.ts';
import type { BootState, Inspection } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';

/** The parts of `Starts raft-demo 1.4.2 from app0`: the verb, then the app and its place where both are known. */
export interface Summary {
  readonly says: string;
  /** The app's name; null where what starts has none or is not known. */
  readonly app: string | null;
  readonly place: string | null;
}

const UNKNOWN = 'It is unknown what starts next';

/** What the board starts, or that nothing is known to start; of a partition without its board, what it holds. */
export function summaryOf({ identity, boot, contents }: Pick<Inspection, 'identity' | 'boot' | 'contents'>): Summary {
  const [held] = contents;
  if (identity.file?.partition === true) return { says: (held?.says ?? '').replace(/\.$/, ''), app: null, place: null };
  if (boot === null) return { says: UNKNOWN, app: null, place: null };
  const { partition } = boot;
  if (partition === null) return { says: nothingWords(boot), app: null, place: null };
  const found = contents.find(({ region, address }) => region === partition.region && address === partition.address);
  // It runs nothing while its loader answers; what it starts is true then and afterwards, and of a file.
  return { says: 'Starts', app: found?.brief ?? null, place: partition.name };
}

/** Why the bootloader starts nothing is in `boot.says`: an app that is there all the same is not called missing. */
function nothingWords({ unsure, either, apps = [] }: BootState): string {
  if (either !== undefined) return `Starts ${either[0].name} or ${either[1].name} next`;
  if (unsure === true) return UNKNOWN;
  if (apps.length === 0) return 'No bootable app found';
  return apps.length === 1 ? 'The app cannot start' : 'No app can start';
}

/**
 * Why a board starts what it starts, or nothing, as sentences; and where the apps lie that something else keeps from starting. The
 * reason is not said where it is one of the findings that are `shown` beside it; nothing may be left to say then.
 */
export function startReason({ says, beside, apps = [] }: BootState, shown: readonly Finding[] = []): string {
  const why = beside !== undefined && shown.some(({ kind }) => kind === beside.kind) ? beside.says : says;
  if (apps.length === 0) return why;
  const held = `The flash holds ${list(apps.map(({ app, address }) => `${app} at ${hex(address)}`))}.`;
  return why === '' ? held : `${why} ${held}`;
}
