/** Where a file may go on a board in DFU mode. */
import { inPhrase } from '../../flash/english.ts';
import type { Picking } from '../../flash/dropped-file.ts';
import type { Content } from '../../flash/family.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Range, Region } from '../../flash/map.ts';
import { contains, overlaps, regionEnd, unitsTouching, bare, sizeOf } from '../../flash/map.ts';
import { nameAt } from '../board/boot.ts';
import { onBoard } from '../board/inspection.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { isWritable } from '../board/layout.ts';
import type { ModuleHead } from '../particle/module-head.ts';
import { FUNCTION } from '../particle/module-head.ts';
import type { BoardProfile, ModuleBoard } from '../board/profile.ts';
import type { SectorSet } from './sectors.ts';
import { mistakenAddressWords, MOST_SINGLE, pickingFor, unitSetsFor, unitName, unitsOfId } from './sectors.ts';
import type { FileKind } from './identify.ts';
import type { DfuChoice, DfuFile } from './placed.ts';
import { placeName } from './placed.ts';

/** Ids of choices: an address in hex follows the `@`. No logic depends on their syntax. */
const ID = {
  at: 'at@',
  module: 'module@',
  factory: 'factory',
  extension: 'extension@',
  split: 'split',
} as const;

/** Where the flash of an STM32 starts; its option bytes are above it. */
const FLASH_START = 0x08000000;

/**
 * The places for one file, best first; impossible ones are last, with the reason. If `requested` names sectors that the user
 * picked, they are a place as well.
 */
export function placesFor({ file, what }: DfuFile, board: DfuInspection, requested: string | null): DfuChoice[] {
  if (what.is === 'too-large' || what.is === 'damaged' || what.is === 'container') return [];
  if (file.at !== undefined)
    return [
      placeAt(
        'address',
        `${ID.at}${file.at.toString(16)}`,
        file.at,
        fileSize(what),
        board,
        file.typed === true
          ? ['the address that you typed', ...mistakenAddressWords(file.at, board)].join('; ').replace(/\.$/, '')
          : '',
      ),
    ];
  switch (what.is) {
    case 'module':
      return [...moduleChoices(what.head, what.data.length, board), ...unavailableChoices(board, what.head)];
    case 'extension':
      return extensionChoices(what.head.address, what.data.length, board);
    case 'joined':
      return splitChoices(what, board);
    case 'program':
      return linearChoices(what.data.length, what.linked, board, requested);
    case 'data':
      return linearChoices(what.data.length, null, board, requested);
  }
}

/** The erase units that the user may pick for a file; null if the file itself says where it goes. */
export function unitsToPick({ file, what }: DfuFile, board: DfuInspection): Picking | null {
  if (file.at !== undefined || (what.is !== 'program' && what.is !== 'data')) return null;
  return pickingFor(what.data.length, board);
}

function fileSize(what: FileKind): number {
  if (what.is === 'joined') return what.pieces.reduce((sum, { data }) => sum + data.length, 0);
  return 'data' in what ? what.data.length : 0;
}

/** A place at one address; it fits if one writable region holds all of it and no guard overlaps it. */
function placeAt(
  place: 'address' | 'module' | 'extension' | 'split',
  id: string,
  address: number,
  size: number,
  board: DfuInspection,
  more: string,
): DfuChoice {
  const region = regionAt(address, board);
  const range = { region: region?.id ?? '', address, size };
  const name = region === undefined ? hex(address) : placeName(range, board.layout);
  if (region === undefined) {
    return { ...range, place, id, name, fits: false, why: `this board has no memory at ${hex(address)}` };
  }
  const guard = board.layout.guards.find((other) => overlaps(other, range));
  const excess = address + size - regionEnd(region);
  const why =
    guard !== undefined
      ? `not there: ${guard.reason.replace(/\.$/, '')}`
      : excess > 0
        ? `${bytes(excess)} too much for this memory`
        : isWritable(region)
          ? more || 'the address in the file'
          : 'this memory cannot be written';
  return { ...range, place, id, name, why, fits: guard === undefined && excess <= 0 && isWritable(region) };
}

/** The region that holds an address, among those that an address alone identifies; undefined if none does. */
export function regionAt(address: number, { layout, dfu }: DfuInspection): Region | undefined {
  const first = dfu.settings.find(({ number }) => number === 0)?.memory;
  const own = first?.kind === 'memory' ? first.regions.map(({ id }) => id) : [];
  const holds = (region: Region) => address >= region.start && address < regionEnd(region);
  // The other memories often start at 0, several of them: address 0 in a file means none of these.
  const beside = (region: Region) => region.start >= FLASH_START;
  const { regions } = layout.map;
  return regions.find((r) => own.includes(r.id) && holds(r)) ?? regions.find((r) => beside(r) && holds(r));
}

function moduleChoices(head: ModuleHead, size: number, board: DfuInspection): DfuChoice[] {
  const { profile } = board.dfu;
  const plan = profile?.modules ?? null;
  const id = `${ID.module}${head.start.toString(16)}`;
  if (profile === null || plan === null)
    return [placeAt('module', id, head.start, size, board, 'the address in its header')];
  if (head.function !== FUNCTION.user) return [systemChoice(id, head, size, board)];
  const own = userChoice(id, head, size, plan, board);
  const factory = factoryChoice(size, profile, plan, board);
  return factory === null ? [own] : [own, factory];
}

function systemChoice(id: string, head: ModuleHead, size: number, board: DfuInspection): DfuChoice {
  const why = head.function === FUNCTION.monolithic ? 'system and application in one image' : 'system firmware';
  return placeAt('module', id, head.start, size, board, why);
}

function userChoice(id: string, head: ModuleHead, size: number, plan: ModuleBoard, board: DfuInspection): DfuChoice {
  const { user, userMost } = plan;
  const place = (more: string) => placeAt('module', id, head.start, size, board, more);
  if (head.start !== user.address) {
    const why = `it was linked for ${hex(head.start)}, but user applications run from ${hex(user.address)}`;
    return { ...place(''), fits: false, why };
  }
  if (size <= user.size) return place('its own sector; over-the-air updates keep working');
  if (size <= userMost.size) {
    return { ...place(`${bytes(userMost.size)} in one piece, over USB only`), name: `user + ${nextName(plan, board)}` };
  }
  const reason =
    userMost.size > user.size
      ? `the largest single piece is ${bytes(userMost.size)}`
      : `its sector holds ${bytes(user.size)}, and the next sector is in use`;
  return { ...place(''), place: 'module', isTooLarge: true, fits: false, why: reason };
}

function nextName({ user }: ModuleBoard, board: DfuInspection): string {
  const next = onBoard(board, { ...user, address: user.address + user.size });
  return next === null ? 'the next sector' : placeName(next, board.layout);
}

function factoryChoice(size: number, profile: BoardProfile, plan: ModuleBoard, board: DfuInspection): DfuChoice | null {
  const range = plan.factory === null ? null : onBoard(board, plan.factory);
  if (plan.factory === null || range === null) return null;
  const fits = size <= plan.factory.size;
  const why = fits ? 'restored by a factory reset' : `too small: it holds ${bytes(plan.factory.size)}`;
  const name = nameAt(profile, plan.factory) ?? 'factory';
  return { ...range, place: 'factory', id: ID.factory, name, why, fits, byHand: true };
}

/** Layouts that the board cannot have, offered so that choosing one shows the reason. */
function unavailableChoices({ dfu, layout }: DfuInspection, { function: kind }: ModuleHead): DfuChoice[] {
  const [region] = layout.map.regions;
  if (dfu.profile === null || region === undefined || kind !== FUNCTION.user) return [];
  const place = { region: region.id, address: dfu.profile.modules?.user.address ?? region.start, size: 0 };
  return dfu.profile.unavailable.map(({ id, name, why }) => ({
    ...place,
    place: 'unavailable',
    id,
    name,
    why,
    fits: false,
    byHand: true,
  }));
}

function extensionChoices(address: number, size: number, board: DfuInspection): DfuChoice[] {
  const { profile } = board.dfu;
  const id = `${ID.extension}${address.toString(16)}`;
  const own = profile?.modules?.extensions.find((range) => range.address === address);
  if (profile?.modules === undefined || profile.modules === null) {
    return [placeAt('extension', id, address, size, board, 'the address it was linked for')];
  }
  if (own === undefined) {
    const places = profile.modules.extensions.map((range) => hex(range.address)).join(' or ');
    const why = `it was linked for ${hex(address)}; an extension can be at ${places}`;
    return [{ ...placeAt('extension', id, address, size, board, ''), fits: false, why }];
  }
  if (size > own.size) {
    const why = `too small: it holds ${bytes(own.size)}`;
    return [{ ...placeAt('extension', id, address, size, board, ''), fits: false, why }];
  }
  return [
    placeAt('extension', id, address, size, board, 'the address it was linked for; the application stays as it is'),
  ];
}

function splitChoices(what: Extract<FileKind, { is: 'joined' }>, board: DfuInspection): DfuChoice[] {
  const plan = board.dfu.profile?.modules ?? null;
  const [first, second] = what.pieces;
  const user = placeAt('split', ID.split, first.address, first.data.length, board, '');
  const other = placeAt('split', ID.split, second.address, second.data.length, board, '');
  const name = `${user.name} + ${other.name}`;
  const keeps = 'application and extension, each in its own sector; over-the-air updates keep working';
  const bad = [user, other].find(({ fits }) => !fits);
  if (bad !== undefined) return [{ ...user, name, fits: false, why: bad.why }];
  const own =
    plan === null ||
    (first.address === plan.user.address &&
      first.data.length <= plan.user.size &&
      plan.extensions.some(({ address, size }) => address === second.address && second.data.length <= size));
  const why = own ? keeps : 'application and extension must each be in their own sector';
  const ranges = [user, other].map(bare);
  return [{ ...user, name, fits: own, why, ranges }];
}

/**
 * Places for bytes without an address: the sets of sectors that hold them, and the one that the user picked. `linked` is where
 * a program was linked for.
 */
function linearChoices(
  size: number,
  linked: number | null,
  board: DfuInspection,
  requested: string | null,
): DfuChoice[] {
  const { profile } = board.dfu;
  const preference = (address: number) => {
    const at = profile?.free.findIndex((range) => range.address === address) ?? -1;
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  // Where anything but a program goes, only the user knows.
  const isNatural = ({ units: [first] }: SectorSet) => first !== undefined && first.address === linked;
  const listed = unitSetsFor(size, board, linked).toSorted(
    (a, b) =>
      Number(isNatural(b)) - Number(isNatural(a)) ||
      preference(a.units[0]?.address ?? 0) - preference(b.units[0]?.address ?? 0),
  );
  const units = requested === null || listed.some(({ id }) => id === requested) ? null : unitsOfId(requested, board);
  return [
    ...listed.flatMap((set) => setChoice(set, whySet(set, isNatural(set), board), board)),
    ...(requested === null || units === null ? [] : pickedChoice({ id: requested, units }, size, board)),
  ];
}

/** A set of sectors as a place. Only the natural one is chosen without asking. */
function setChoice({ id, units }: SectorSet, { natural, words }: WhySet, board: DfuInspection): DfuChoice[] {
  const [first] = units;
  if (first === undefined) return [];
  const ranges = joined(units);
  const why = [words, ...dataOnly(units, board), ...thereNow(units, board)].join('; ');
  const name = ranges.map((range) => nameOfRun(range, board)).join(' + ');
  const picked = units.map(({ address }) => address.toString(16));
  const hand = natural ? {} : { byHand: true };
  return [{ ...(ranges[0] ?? first), place: 'sectors', units, id, name, why, ranges, picked, fits: true, ...hand }];
}

/** Bytes without a module's header are data to firmware that starts modules: it must not look as if an application fitted there. */
function dataOnly(units: readonly Range[], board: DfuInspection): string[] {
  const user = board.dfu.profile?.modules?.user;
  const range = user === undefined ? null : onBoard(board, user);
  if (range === null || !units.some((unit) => overlaps(unit, range))) return [];
  return ['for data only: the system firmware does not start it, as it is no module'];
}

function pickedChoice(set: SectorSet, size: number, board: DfuInspection): DfuChoice[] {
  const room = sizeOf(set.units);
  const lacks = size - room;
  let rest = size;
  const idle = set.units.filter((unit) => {
    const unused = rest <= 0;
    rest -= unit.size;
    return unused;
  });
  const names = idle.map((unit) => unitName(unit, board)).join(', ');
  const words =
    lacks > 0
      ? `${bytes(lacks)} more ${lacks === 1 ? 'is' : 'are'} needed`
      : `selected sectors${names === '' ? '' : `; ${names} ${idle.length === 1 ? 'is' : 'are'} not needed and stay unchanged`}`;
  const [choice] = setChoice(set, { natural: false, words }, board);
  return choice === undefined ? [] : [lacks > 0 ? { ...choice, fits: false, why: words } : choice];
}

/** Units as ranges, adjacent ones joined. */
function joined(units: readonly Range[]): Range[] {
  const runs: Range[] = [];
  for (const unit of units) {
    const last = runs.at(-1);
    if (last !== undefined && last.region === unit.region && last.address + last.size === unit.address) {
      runs[runs.length - 1] = { ...last, size: last.size + unit.size };
    } else runs.push(unit);
  }
  return runs;
}

function nameOfRun(range: Range, board: DfuInspection): string {
  const touched = board.layout.partitions.filter((partition) => overlaps(partition, range));
  if (touched.every((partition) => contains(range, partition)) && touched.length <= 3) {
    return touched.map(({ name }) => name).join(', ');
  }
  const region = board.layout.map.regions.find(({ id }) => id === range.region);
  const units = region === undefined ? [] : unitsTouching(region, range.address, range.size);
  const [first, last] = [units[0], units.at(-1)].map((unit) => (unit === undefined ? '' : unitName(unit, board)));
  if (units.length > MOST_SINGLE || region === undefined) return hex(range.address);
  return first === last ? `${first}` : `${first} to ${last?.replace('sector ', '')}`;
}

function thereNow(units: readonly Range[], { contents }: DfuInspection): string[] {
  const found = contents.filter((content) => units.some((unit) => overlaps(unit, content)));
  const notable = found.filter(({ kind }) => kind !== 'blank');
  if (notable.length === 0) return found.length === 0 ? [] : ['blank now, as far as checked'];
  const holds = units.length === 1 ? 'it now holds' : 'they now hold';
  return [`${holds} ${notable.slice(0, 2).map(phraseOf).join('; then ')}`];
}

/** What a range holds, within a sentence. */
function phraseOf({ kind, says }: Content): string {
  return kind === 'module' ? `a ${says.replace(/\.$/, '')}` : inPhrase(says);
}

interface WhySet {
  readonly natural: boolean;
  readonly words: string;
}

function whySet({ units }: SectorSet, natural: boolean, board: DfuInspection): WhySet {
  const [first] = units;
  if (natural) {
    const starts = first !== undefined && isFirst(first, board);
    return { natural, words: starts ? 'where the chip starts' : 'where it was linked for' };
  }
  if (joined(units).length > 1) return { natural, words: 'the file is split across separate sectors, in order' };
  if ((board.dfu.profile?.modules ?? null) === null && first !== undefined && isFirst(first, board)) {
    return { natural, words: 'where the chip starts: only for a program' };
  }
  const several = units.length > 1 ? 'adjacent sectors' : 'a separate sector';
  return { natural, words: several };
}

function isFirst({ address }: Range, { layout }: DfuInspection): boolean {
  return layout.map.regions[0]?.start === address;
}
