/** Predicts what a board starts from what its partitions hold. */
import { capital } from '../../flash/english.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Layout, StartPlace } from '../../flash/layout.ts';
import { regionEnd } from '../../flash/map.ts';
import { ELF_MACHINE } from '../../formats/elf.ts';
import type { DfuInspection, ContentByPlace, UnitContent } from './inspection.ts';
import { keyOf, placeKey } from './inspection.ts';
import type { ModuleHead } from '../particle/module-head.ts';
import { moduleLength } from '../particle/module.ts';
import { FUNCTION, moduleName, needsWords, platformName } from '../particle/module-head.ts';
import type { DfuFindingKind } from './findings.ts';
import type { BoardProfile, ModuleBoard, ProfileRange } from './profile.ts';
import { flashStartReason, monolithicReason, overWords, userReason, VERIFIED } from './start-reason.ts';

/** What will start. `place` is its partition's `placeKey`; null if no application runs or if that cannot be predicted. */
export interface Start {
  readonly place: string | null;
  readonly kind: 'starts' | 'safe-mode' | 'restores' | 'nothing' | 'unknown';
  readonly says: string;
  /** Why it starts, as sentences, where `says` gives no reason. */
  readonly why?: string;
  /** What is not where the start needs it: what, the `placeKey` of its place, and why, as a clause; absent where all is there. */
  readonly lacks?: { readonly what: Lacking; readonly place: string; readonly why: string };
  /** The problem that gives the reason as well, and what is left to say beside it; absent where there is none. */
  readonly beside?: { readonly kind: DfuFindingKind; readonly says: string };
}

/** What a start may lack. */
export type Lacking = 'system firmware' | 'user application' | 'program';

/** The place of what will start; null if nothing starts. */
export function startPlace(start: Pick<Start, 'place'> | null, { layout, dfu }: BoardParts): StartPlace | null {
  const found = layout.partitions.find((partition) => keyOf(dfu.settings, partition) === start?.place);
  return found === undefined ? null : { region: found.region, address: found.address, name: found.name };
}

/** What of a board a prediction needs beside what it holds. */
export interface BoardParts {
  readonly layout: Pick<Layout, 'partitions'>;
  readonly dfu: Pick<DfuInspection['dfu'], 'profile' | 'settings'>;
}

/** A dependency that is not met. `has` is the installed version; null if the module is missing. */
export interface Unmet {
  readonly needs: ModuleHead['dependencies'][number];
  readonly has: number | null;
}

/** The name of the partition that starts where a range starts; null if none does. */
export function nameAt(profile: BoardProfile, { setting, address }: ProfileRange): string | null {
  return profile.partitions.find((p) => p.setting === setting && p.address === address)?.name ?? null;
}

/** What the partition that starts where a range starts holds; `unread` if there is no such partition. */
export function contentAt(
  content: ContentByPlace,
  range: Pick<ProfileRange, 'setting' | 'address'> | null,
): UnitContent {
  return (range === null ? undefined : content.get(placeKey(range))) ?? { kind: 'unread', passes: false };
}

/** The dependencies of a module that the board does not meet. Not transitive. */
export function unmetDependencies(head: ModuleHead, profile: BoardProfile, content: ContentByPlace): Unmet[] {
  return head.dependencies.flatMap((needs) => {
    const has = versionOf(needs, profile, content);
    return has === null || has < needs.version ? [{ needs, has }] : [];
  });
}

/** A clause about unmet dependencies: "system part 1 version 2101 or newer, but version 207 is installed". */
export function unmetWords(unmet: readonly Unmet[]): string {
  const clause = ({ needs, has }: Unmet) =>
    `${moduleName(needs)} version ${needs.version} or newer, ` +
    (has === null ? 'which is missing' : `but version ${has} is installed`);
  return unmet.map(clause).join(', and ');
}

/** The installed version of a module; null if it is missing. Modules waiting in other slots do not count. */
function versionOf(needs: Unmet['needs'], profile: BoardProfile, content: ContentByPlace): number | null {
  for (const partition of profile.partitions) {
    if (partition.role !== 'app' && partition.role !== 'boot') continue;
    const found = contentAt(content, partition);
    if (found.kind !== 'module') continue;
    if (found.head.function === needs.function && found.head.index === needs.index) return found.head.version;
  }
  return null;
}

/**
 * Predicts what a board with this flash starts; null if that is unknown. On boards with modules it follows device-os:
 * bootloader/src/main.c for the system firmware, then HAL_Core_Validate_User_Module for the application. `isVerified`: all bytes of the
 * application were verified when they were written.
 */
export function startOf(board: BoardParts, content: ContentByPlace, isVerified = false): Start | null {
  const { profile } = board.dfu;
  const plan = profile?.modules ?? null;
  if (profile === null || plan === null) return startOfAny(board, content);
  const system = startOfSystem(profile, plan, content, board) ?? startOfNeedy(profile, plan, content);
  if (system !== null) return system;
  const user = contentAt(content, plan.user);
  if (user.kind === 'unread') return unknown('the user application was not read');
  if (!user.passes) return restoreOrSafe(user, profile, plan, content);
  if (user.kind !== 'module') return unknown('the user application has an invalid header');
  if (user.sound === false) return safe('its CRC is wrong');
  const unmet = unmetDependencies(user.head, profile, content);
  // That problem says also what comes of it.
  if (unmet.length > 0) return safe(`it needs ${unmetWords(unmet)}`, 'dependency-missing', '');
  const known = isVerified ? ` ${capital(VERIFIED)}.` : ' Only its header was read.';
  const read = user.sound === null ? known : '';
  const over = overWords('It', user.head, plan.user);
  const says = `The board starts the user application, version ${user.head.version}.${over}${read}`;
  const why = userReason(profile, plan, content, user, isVerified);
  return { place: placeKey(plan.user), kind: 'starts', says, why };
}

/** The start if the system firmware decides it: monolithic, missing, incomplete or unread; null if it runs the application. */
function startOfSystem(
  profile: BoardProfile,
  { user, platform }: ModuleBoard,
  content: ContentByPlace,
  board: BoardParts,
): Start | null {
  const systems = profile.partitions.filter(({ role, address }) => role === 'app' && address < user.address);
  for (const [i, partition] of systems.entries()) {
    const { name, address } = partition;
    const found = contentAt(content, partition);
    if (found.kind === 'unread') return unknown(`the system firmware in ${name} was not read`);
    const whole = found.kind === 'module' && found.head.start === address && found.head.platform === platform;
    if (!whole && i === 0) {
      const says = `Nothing starts: there is no system firmware in ${name}. The board stays in DFU mode.`;
      const lacks = noSystem(partition, whyNone(found));
      return { place: null, kind: 'nothing', says, lacks, beside: besideLack('The board stays in DFU mode.') };
    }
    const incomplete = `the system firmware in ${name} is incomplete`;
    if (!whole) return { ...unknown(incomplete), lacks: noSystem(partition, whyNone(found)), beside: besideLack() };
    // The bootloader checks the header alone, then jumps.
    const noEntry = i === 0 ? noVectors(found, board) : null;
    if (noEntry !== null) {
      const says = `Nothing starts: the system firmware in ${name} ${noEntry}.`;
      return { place: null, kind: 'nothing', says, lacks: noSystem(partition, `it ${noEntry}`), beside: besideLack() };
    }
    if (found.sound === false) return unknown(incomplete);
    if (i === 0 && found.head.function === FUNCTION.monolithic) {
      return {
        place: placeKey(partition),
        kind: 'starts',
        says: 'The board starts its monolithic firmware.',
        why: monolithicReason(name, found),
      };
    }
  }
  return null;
}

function noSystem(place: Pick<ProfileRange, 'setting' | 'address'>, why: string): NonNullable<Start['lacks']> {
  return { what: 'system firmware', place: placeKey(place), why };
}

function whyNone({ kind }: UnitContent): string {
  return kind === 'blank' ? 'it is blank at its start' : 'it has no valid header';
}

/** The start if a system part lacks something that it needs: safe mode where the firmware checks it. Null if none does. */
function startOfNeedy(profile: BoardProfile, plan: ModuleBoard, content: ContentByPlace): Start | null {
  const { checksItself, user, platform } = plan;
  let checked = false;
  for (const partition of profile.partitions) {
    if (partition.role !== 'app' || partition.address >= user.address) continue;
    const found = contentAt(content, partition);
    if (found.kind !== 'module') continue;
    const checks =
      checksItself !== null && found.head.index === checksItself.index && found.head.version >= checksItself.since;
    checked ||= checks;
    const unmet = unmetDependencies(found.head, profile, content);
    if (unmet.length === 0) continue;
    const why = `${moduleName(found.head)} needs ${unmetWords(unmet)}`;
    return checks ? safe(why, 'system-need-missing') : unknown(`${why}, and this firmware does not check that`);
  }
  if (!checked) return null;
  const bootloader = profile.partitions.find(({ role }) => role === 'boot');
  const found = contentAt(content, bootloader ?? null);
  if (found.kind === 'unread') return unknown('the bootloader was not read');
  const sound = found.kind === 'module' && found.head.platform === platform && found.sound !== false;
  return sound ? null : safe('the bootloader is damaged or was built for another board');
}

function unknown(why: string): Start {
  return { place: null, kind: 'unknown', says: `Sectorwise cannot tell what starts: ${why}.` };
}

/** Safe mode; `kind` is the problem that says why as well, `rest` what is left to say beside it. */
function safe(why: string, kind?: DfuFindingKind, rest = 'The board enters safe mode.'): Start {
  const says = `The board enters safe mode and does not run the user application: ${why}.`;
  return { place: null, kind: 'safe-mode', says, ...(kind !== undefined && { beside: { kind, says: rest } }) };
}

/** What is left to say beside the problem that something is not there. */
function besideLack(says = ''): NonNullable<Start['beside']> {
  return { kind: 'start-lacks', says };
}

/** Only if the user application has no valid header does the board look at the factory slot, first at its header alone. */
function restoreOrSafe(user: UnitContent, profile: BoardProfile, plan: ModuleBoard, content: ContentByPlace): Start {
  const why = whyNone(user);
  const lacks = { what: 'user application', place: placeKey(plan.user), why } as const;
  const factory = contentAt(content, plan.factory);
  if (!factory.passes) return { ...safe(why, 'start-lacks'), lacks };
  // The bootloader checks function, length and CRC before it copies one sector (FLASH_CheckCopyMemory).
  const copies =
    factory.kind === 'module' &&
    factory.head.function === FUNCTION.user &&
    factory.sound !== false &&
    factory.head.end + 4 <= plan.user.address + plan.user.size;
  if (!copies) {
    const says =
      'Nothing starts: the board tries to restore the application in its factory slot, fails, and restarts endlessly.';
    return { place: null, kind: 'nothing', says, lacks };
  }
  const { version } = factory.head;
  const restores = `The board restores the application, version ${version}, from its factory slot`;
  const says = `${restores}, because the user application cannot run: ${why}.`;
  const place = unmetDependencies(factory.head, profile, content).length === 0 ? placeKey(plan.user) : null;
  return { place, kind: 'restores', says, lacks, beside: besideLack(`${restores}.`) };
}

/** A chip without module-aware firmware starts at the beginning of its flash. */
function startOfAny(board: BoardParts, content: ContentByPlace): Start | null {
  const { layout, dfu } = board;
  let isFirst = true;
  for (const partition of layout.partitions) {
    const place = keyOf(dfu.settings, partition);
    const [{ name }, found] = [partition, content.get(place)];
    if (found === undefined || found.kind === 'unread') {
      isFirst = false;
      continue;
    }
    const isBlank = found.kind === 'blank';
    if (!isBlank && dfu.profile !== null && dfu.profile.machine !== ELF_MACHINE.arm)
      return unknown(`${name} is not blank, but programs for this chip cannot be recognised`);
    const why = noVectors(found, board);
    if (why === null) {
      const reason = flashStartReason(name, partition.address, found.kind === 'module' ? found.head : null, isFirst);
      return { place, kind: 'starts', says: `The chip starts the program in ${name}.`, why: reason };
    }
    // Another maker's chip may start from something else than a vector table, and any from what is before this place.
    const isSure = isFirst && (dfu.profile !== null || isBlank);
    const not = isBlank ? 'not' : 'probably not';
    const says = isSure ? `Nothing starts: ${name} ${why}.` : `${name} ${why}, so it will ${not} start.`;
    const lacks = { what: 'program', place, why: `it ${why}` } as const;
    return { place: null, kind: 'nothing', says, lacks, beside: besideLack() };
  }
  return null;
}

/**
 * Why a Cortex-M cannot start what a place begins with, as the rest of a clause about that place; null if it can. The core loads its first
 * two words, whatever they are, as the stack pointer and the address of the first instruction (ARMv7-M Architecture Reference Manual,
 * B1.5.5). Then it faults: at an instruction that is not Thumb code or not there, or at the first push where there is no RAM.
 */
function noVectors(found: UnitContent, board: BoardParts): string | null {
  if (found.kind === 'blank') return 'is blank at its start';
  // A header behind a vector table that the core cannot start from is not what the place begins with.
  if (found.kind === 'module' && found.entry === null && found.head.at === 0)
    return 'begins with the header of a Particle module and not with a vector table';
  if ((found.kind !== 'program' && found.kind !== 'module') || found.entry === null)
    return 'does not begin with a vector table';
  const { entry } = found;
  return isInFlash(entry, board) ? null : `has a reset vector that points outside the flash, to ${hex(entry)}`;
}

/** Whether an address is in the first memory, also as it appears at 0 while the chip boots from it (RM0090, 2.4). */
function isInFlash(entry: number, { dfu }: BoardParts): boolean {
  const memory = dfu.settings[0]?.memory;
  const regions = memory?.kind === 'memory' ? memory.regions : [];
  const start = regions[0]?.start ?? 0;
  const isBelow = entry < start && dfu.profile?.ramAtZero !== true;
  const address = isBelow ? start + entry : entry;
  return regions.some((region) => address >= region.start && address < regionEnd(region));
}

/** A module or an extension in a few words: `user application v6`; absent for everything else. */
export function contentBrief(content: UnitContent): { readonly brief?: string } {
  if (content.kind === 'extension') return { brief: `extension v${content.head.version}` };
  return content.kind === 'module' ? { brief: `${moduleName(content.head)} v${content.head.version}` } : {};
}

/** What a place of `size` bytes holds, as one sentence; `read` is the number of bytes that were looked at. */
export function contentSays(
  content: UnitContent,
  { read, size }: { readonly read: number; readonly size: number },
): string {
  switch (content.kind) {
    case 'module': {
      const { head, sound } = content;
      const crc = { true: 'its CRC is correct', false: 'its CRC is wrong', null: 'its CRC was not checked' }[
        `${sound}`
      ];
      const what = `${moduleName(head)}, version ${head.version}, for the ${platformName(head.platform)}`;
      const size = bytes(moduleLength(head));
      return `Particle module: ${what}, ${size}, ${crc}${needsWords(head)}.`;
    }
    case 'extension': {
      const crc = { true: 'its CRC is correct', false: 'its CRC is wrong', null: 'its CRC was not checked' }[
        `${content.sound}`
      ];
      return `Extension, version ${content.head.version}, ${bytes(content.head.length)}, ${crc}.`;
    }
    case 'program':
      return 'A program: it begins with a vector table.';
    case 'blank':
      return read < size ? `Blank (erased) in its first ${bytes(read)}.` : 'Blank (erased) throughout.';
    case 'data':
      return 'Unrecognised data.';
    case 'unread':
      return 'Not read.';
  }
}
