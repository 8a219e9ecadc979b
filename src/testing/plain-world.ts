/** Test support: a session over boards that are only bytes. Nothing of the app imports it. */
import type { Cancel } from '../flash/failure.ts';
import { makeCancel } from '../flash/failure.ts';
import type { Arrangement, RankedRange, Request } from '../flash/arrangement.ts';
import { chosenIn, contentOf, imageIn, withOverlap } from '../flash/arrangement.ts';
import type { Family, Inspection } from '../flash/family.ts';
import { instantClock } from '../virtual-boards/clock.ts';
import { fatesOf } from '../flash/fates.ts';
import type { Refusal } from '../flash/finding.ts';
import type { Segment } from '../flash/image.ts';
import { blankSegments } from '../flash/image.ts';
import type { Layout } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { unitsOf } from '../flash/map.ts';
import { layoutOf, mapOf, plainDigest } from './flash.ts';
import type { Bounds, Chosen, Identity, Target, Tuned } from '../flash/target.ts';
import { USUAL_BOUNDS } from '../flash/target.ts';
import { PlainTarget } from './plain-target.ts';
import type { SessionParts } from '../session/session-parts.ts';
import { Session } from '../session/session.ts';
import { bytesSource } from '../session/sources.ts';
import type { SessionState, Work } from '../session/state.ts';

/** Four erase units of 8 bytes. */
export const map = mapOf(8, 8, 8, 8);
const layout = layoutOf(map);

/** A board on which nothing was found. */
export function plainInspection(identity: Identity, layout: Layout): Inspection {
  return {
    identity,
    layout,
    contents: [],
    findings: [],
    boot: null,
    examinable: null,
    protections: [],
    settings: [],
    saves: [],
  };
}

/** A family of boards that are only bytes; a file's name says where it goes. */
export function plainFamily(changes: PlainChanges = {}): Family {
  return {
    inspect: async (target) => plainInspection(await target.identify(), layout),
    choose: (board) => board,
    unpack: async (sources) => ({
      container: null,
      says: '',
      parts: await Promise.all(sources.map(async (s) => ({ name: s.path, data: await s.read(0, s.size) }))),
      left: [],
      findings: [],
    }),
    identify: () => RECOGNISED,
    arrange: (request, board) => arrangePlain(request, board, { ...PLAIN_RULES, ...changes }),
    restore: (_image, board) => ({
      ranks: ranksOf(board, { ...PLAIN_RULES, ...changes }),
      commits: [],
      boot: { expected: null, says: 'Data.' },
    }),
    bootJudge: () => ({ hear: () => null, end: () => null }),
    ...changes,
  };
}

const RECOGNISED = { kind: 'data', says: 'Data.', findings: [] };

/** What a test may change about how files are arranged on a board that is only bytes. */
interface PlainRules {
  /** Refusals and questions. */
  readonly check: () => readonly Refusal[];
  /** Segments wanted besides the files. */
  readonly settingSegments: (board: Inspection) => readonly Segment[];
  /** The layout afterwards. */
  readonly layout: () => Layout;
  readonly rank: (unit: Range) => number;
}

const PLAIN_RULES: PlainRules = { check: () => [], settingSegments: () => [], layout: () => layout, rank: () => 0 };

/** What a test may change about the family of boards that are only bytes. */
export type PlainChanges = Partial<Family> & Partial<PlainRules>;

function arrangePlain({ files, erase = [] }: Request, board: Inspection, rules: PlainRules): Arrangement {
  const placements = files.map(({ file, choice: requested }) => {
    const { name, data } = file;
    const choices = [
      { id: name, name, why: '', fits: true, region: 'flash', address: Number(name), size: data.length },
    ];
    const chosen = chosenIn(choices, requested);
    const choice = (chosen === null ? null : choices[chosen]) ?? null;
    return { file, recognised: RECOGNISED, choices, chosen, choice, picking: null };
  });
  const placed = placements.map(({ file, choice }) => ({
    file,
    choice,
    segments: choice === null ? [] : [{ region: 'flash', address: choice.address, data: file.data }],
  }));
  const content = contentOf(placed, [...rules.settingSegments(board), ...blankSegments(board.layout.map, erase)]);
  const after = rules.layout();
  return {
    content,
    refusals: withOverlap(placed, content, rules.check()),
    placements,
    layout: after,
    fates: fatesOf({ before: board.layout, after, contents: board.contents, image: imageIn(content) }),
    boot: { expected: null, says: '' },
    saves: [],
    ranks: ranksOf(board, rules),
    commits: [],
  };
}

function ranksOf({ layout: { map: own } }: Inspection, { rank }: PlainRules): RankedRange[] {
  return own.regions.flatMap(unitsOf).map((unit) => ({ ...unit, rank: rank(unit) }));
}

/** What is plugged in; a test may change it at any time. */
export interface PlainWorld {
  flash: Uint8Array;
  /** Called before each step of the device; it may throw. */
  fault: (step: string) => void;
  /** The board's MAC; null if it does not give one. */
  mac: string | null;
  /** Whether the board can be read. */
  open: boolean;
  /** How many bytes after each rewrite the device silently zeroes too; `bounds` is what it says about its writes. */
  spill: number;
  bounds: Bounds | null;
  /** What the device was told to use, in order; throws instead where `refuses` returns true. */
  readonly tuned: Chosen[];
  refuses: (chosen: Chosen) => boolean;
  /** How the device adopts a choice; `connected` is the choice that the connection was made with. */
  takesUp: (chosen: Chosen, connected: Chosen, cancel: Cancel) => Promise<Tuned>;
  /** The choice that each connection was made with, in order; `connect` is called before each, and may throw. */
  readonly connected: Chosen[];
  connect: (chosen: Chosen) => void;
  /** Every reported state. */
  readonly states: SessionState[];
}

/** A session with a board of 32 bytes, 1 to 32, that is not connected yet. */
export function makeWorld(
  changes: PlainChanges = {},
  more: Pick<
    Partial<SessionParts<Inspection>>,
    'settings' | 'store' | 'locks' | 'backup' | 'md5' | 'now' | 'clock' | 'onKept' | 'onSave' | 'onFile'
  > = {},
): { readonly world: PlainWorld; readonly session: Session<Inspection> } {
  const world: PlainWorld = {
    flash: Uint8Array.from({ length: 32 }, (_, i) => i + 1),
    fault: () => undefined,
    mac: 'one',
    open: true,
    spill: 0,
    bounds: null,
    tuned: [],
    refuses: () => false,
    takesUp: () => Promise.resolve('in-force'),
    connected: [],
    connect: () => undefined,
    states: [],
  };
  const session = new Session<Inspection>({
    family: plainFamily(changes),
    connect: async (_cancel, _say, chosen) => {
      world.connect(chosen);
      world.connected.push(chosen);
      return boardOf(world, chosen);
    },
    md5: plainDigest,
    version: 'test',
    now: () => 0,
    clock: instantClock(),
    newId: () => crypto.randomUUID(),
    onState: (state) => world.states.push(state),
    ...more,
  });
  return { world, session };
}

function boardOf(world: PlainWorld, connected: Chosen): Target {
  const plain = new PlainTarget(world.flash, map, plainDigest, (step) => world.fault(step));
  const key: Identity['key'] = world.mac === null ? null : { kind: 'mac', value: world.mac };
  return {
    identify: async () => ({ ...(await plain.identify()), key }),
    readMap: () => plain.readMap(),
    ...(world.open && {
      read: (range) => plain.read(range),
      digest: (range) => plain.digest(range),
    }),
    rewrite: async (range, content, watch) => {
      await plain.rewrite(range, content, watch);
      world.flash.fill(0, range.address + range.size, range.address + range.size + world.spill);
    },
    restart: () => plain.restart(),
    close: () => plain.close(),
    pace: () => plain.pace(),
    bounds: () => world.bounds ?? USUAL_BOUNDS,
    tune: async (chosen, cancel = makeCancel()) => {
      if (world.refuses(chosen)) throw new DOMException('gone', 'NetworkError');
      const tuned = await world.takesUp(chosen, connected, cancel);
      world.tuned.push(chosen);
      return tuned;
    },
  };
}

/** The session's current work; throws if no board is connected. */
export function workOf(session: Session<Inspection>): Work {
  return connectedOf(session).work;
}

/** The state of the session; throws if no board is connected. */
export function connectedOf(session: Session<Inspection>): Extract<SessionState, { kind: 'connected' }> {
  if (session.state.kind !== 'connected') throw new Error(JSON.stringify(session.state));
  return session.state;
}

/** Confirms the plan that is shown. */
export async function flash(session: Session<Inspection>): Promise<void> {
  const work = workOf(session);
  await session.dispatch({ do: 'flash', plan: work.kind === 'planned' ? work.plan.image.md5 : '' });
}

/** Drops one plain file for an address. */
export function drop(session: Session<Inspection>, at: number, ...data: number[]): Promise<void> {
  return session.dispatch({ do: 'add-files', files: [bytesSource(String(at), Uint8Array.from(data))] });
}
