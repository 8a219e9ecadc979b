/** Turns what was read from a board into its inspection: layout, contents, findings, what starts. */
import type { BootState, KeptApp, SavedFile } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { FlashMap, Range } from '../../flash/map.ts';
import { isCovered, overlaps, rangeEnd, regionEnd, bare } from '../../flash/map.ts';
import type { StartPlace } from '../../flash/layout.ts';
import { plainName } from '../../flash/names.ts';
import type { Identity } from '../../flash/target.ts';
import { dfuFinding } from './findings.ts';
import { diagnosisOfDfu, contentsOf } from './contents.ts';
import type { BoardParts, Start, Unmet } from './boot.ts';
import { contentAt, startOf, startPlace, unmetDependencies } from './boot.ts';
import { linkerFiles } from '../arrange/linker.ts';
import { appLayoutsOf } from '../arrange/app-layouts.ts';
import type { DfuInspection, UnitContent } from './inspection.ts';
import { keyOf, placeKey } from './inspection.ts';
import { cut, isWritable, layoutOf } from './layout.ts';
import type { ModuleHead } from '../particle/module-head.ts';
import { CRC_SIZE, moduleLength } from '../particle/module.ts';
import { FUNCTION, moduleName, platformName } from '../particle/module-head.ts';
import { protectionsOf, unlockOf } from './protections.ts';
import { withRepairs } from '../repair/rules.ts';

/** What was read from a board; `recognise` is the number of bytes read from the start of each partition. */
export interface DfuRead {
  readonly identity: Identity;
  readonly map: FlashMap;
  readonly dfu: DfuInspection['dfu'];
  readonly recognise: number;
  /** Findings from checking modules and extensions while they were read. */
  readonly more: readonly Finding[];
  /** The first memory as a .dfu file; null until it has been read out. */
  readonly readOut: SavedFile | null;
  /** Read whole since, and found blank. */
  readonly blank?: readonly Range[];
  /** Erase units that were verified in this session, when they were written. */
  readonly verified?: readonly Range[];
}

/** The inspection that follows from what was read. */
export function assess(read: DfuRead): DfuInspection & { readonly read: DfuRead } {
  const { identity, map, dfu } = read;
  const { profile, settings } = dfu;
  const layout = layoutOf(map, settings, profile);
  const contents = contentsOf(layout, read);
  const start = startOf({ layout, dfu }, dfu.content, isUserVerified({ layout, dfu }, read.verified ?? []));
  const unlock = unlockOf(dfu);
  const base = { identity, layout, contents, dfu };
  const found = [...findingsOf(base), ...read.more];
  const findings = withRepairs([...found, ...lackingIn(start, { layout, dfu }, found)], { layout, start });
  const boot = start === null ? null : bootOf(start, { layout, dfu }, findings);
  const seen = { layout, boot, findings, dfu };
  return {
    ...base,
    findings,
    boot,
    examinable: examinable(dfu),
    diagnosable: examinable(dfu) ?? 0,
    ...(dfu.examined && { diagnosis: diagnosisOfDfu(seen, read) }),
    protections: protectionsOf(dfu),
    settings: [],
    saves: [...(profile === null ? [] : linkerFiles(profile)), ...(read.readOut === null ? [] : [read.readOut])],
    appLayouts: profile === null ? [] : appLayoutsOf(profile, base),
    ...readable(base, read.readOut),
    ...(unlock !== null && { unlock }),
    read,
  };
}

/** What the start needs and is not there, unless something else is wrong with its place. */
function lackingIn(start: Start | null, { layout, dfu }: BoardParts, found: readonly Finding[]): Finding[] {
  const partition = layout.partitions.find((each) => keyOf(dfu.settings, each) === start?.lacks?.place);
  if (partition === undefined || start?.lacks === undefined) return [];
  const { what, why } = start.lacks;
  const range = bare(partition);
  const isKnown = found.some(
    ({ verdict, place }) => verdict === 'problem' && (place.in !== 'flash' || overlaps(place.range, range)),
  );
  if (isKnown) return [];
  return [dfuFinding('start-lacks', { in: 'flash', range }, { what, partition: partition.name, why })];
}

/** A board with what its places hold. */
type BootedParts = Pick<DfuInspection, 'layout' | 'dfu'>;

function bootOf(start: Start, board: BootedParts, findings: readonly Finding[]): BootState {
  const { beside } = start;
  const says = start.why ?? start.says;
  const isFound = findings.some(({ kind, verdict }) => kind === beside?.kind && verdict === 'problem');
  const boot = { partition: namedStart(start, board), says, ...(isFound && beside !== undefined && { beside }) };
  if (start.kind === 'unknown') return { ...boot, unsure: true };
  const user = start.kind === 'safe-mode' ? userApplication(board) : null;
  return user === null ? boot : { ...boot, apps: [user] };
}

/** What starts; a program is named by its address, as its partition may be called after its memory: `Internal Flash`. */
function namedStart(start: Start, board: BootedParts): StartPlace | null {
  const place = startPlace(start, board);
  const isProgram = start.place !== null && board.dfu.content.get(start.place)?.kind === 'program';
  return place === null || !isProgram ? place : { ...place, name: `the program at ${hex(place.address)}` };
}

/** The module in the place of the user application, and that place; null if there is none. */
function userModule({ layout, dfu }: BootedParts) {
  const user = dfu.profile?.modules?.user;
  if (user === undefined) return null;
  const found = contentAt(dfu.content, user);
  const place = startPlace({ place: placeKey(user) }, { layout, dfu });
  return place === null || found.kind !== 'module' ? null : { found, place };
}

/** Whether all bytes of the user application, with its CRC, were verified when they were written. */
function isUserVerified(board: BootedParts, verified: readonly Range[]): boolean {
  const user = userModule(board);
  if (user === null) return false;
  const { head } = user.found;
  return isCovered({ region: user.place.region, address: head.start, size: moduleLength(head) }, verified);
}

/** The user application, where one is there that nothing is known to be wrong with: something else keeps it from running. */
function userApplication(board: BootedParts): KeptApp | null {
  const user = userModule(board);
  if (user === null || !user.found.passes || user.found.sound === false) return null;
  return { ...user.place, app: `the user application ${user.found.head.version}` };
}

/** The ranges of the first memory that can be read and written back, one per partition: each is one element of a .dfu file. */
export function readableRuns({ dfu, layout }: Pick<DfuInspection, 'dfu' | 'layout'>): Range[] {
  const own = dfu.settings.find(({ number }) => number === 0)?.memory;
  if (dfu.readProtected || own?.kind !== 'memory') return [];
  const first = own.regions.map(({ id }) => id);
  // The map, not the memory string, says whether the device can be read.
  const open = layout.map.regions
    .filter((region) => first.includes(region.id) && region.access.read && isWritable(region))
    .map(({ id }) => id);
  return layout.partitions
    .filter(({ region }) => open.includes(region))
    .filter((partition) => !layout.guards.some((guard) => overlaps(guard, partition)))
    .map(bare);
}

function readable(board: Pick<DfuInspection, 'dfu' | 'layout'>, readOut: SavedFile | null) {
  const size = readableRuns(board).reduce((sum, run) => sum + run.size, 0);
  return size === 0 || readOut !== null ? {} : { readable: size };
}

/** Total size in bytes of the modules and extensions of which only the header was read; null if there are none. */
function examinable({ content }: DfuInspection['dfu']): number | null {
  let size = 0;
  for (const found of content.values()) {
    if (found.kind === 'module' && found.sound === null) size += moduleLength(found.head);
    if (found.kind === 'extension' && found.sound === null) size += found.head.length;
  }
  return size === 0 ? null : size;
}

type Base = Pick<DfuInspection, 'identity' | 'layout' | 'contents' | 'dfu'>;

function findingsOf({ identity, layout, dfu }: Base): Finding[] {
  const { profile, content, settings, quirks, readProtected, unlockMs } = dfu;
  const device = { in: 'device' } as const;
  const found: Finding[] = [];
  if (profile === null)
    found.push(dfuFinding('board-unknown', device, { usb: [dfu.usb.vendorId, dfu.usb.productId].map(word).join(':') }));
  else if (identity.file === undefined) {
    // Of a file, whoever opened it chose the board, or its bootloader named it; nothing was seen over USB.
    const { name, chip, unsure } = profile;
    found.push(
      unsure === null
        ? dfuFinding('board-known', device, { name, chip })
        : dfuFinding('board-by-its-map', device, { name, unsure }),
    );
  }
  if (readProtected)
    found.push(dfuFinding('chip-read-protected', device, { unlock: unlockMs === null ? 'no' : 'here' }));
  for (const { number, memory } of settings) {
    if (memory.kind === 'memory') continue;
    found.push(dfuFinding('memory-not-understood', device, { number, text: plainName(memory.text), why: memory.why }));
  }
  for (const { name, says } of quirks) found.push(dfuFinding('quirk-applied', device, { quirk: name, says }));
  for (const guard of layout.guards) {
    const region = layout.map.regions.find(({ id }) => id === guard.region);
    if (region === undefined || !isWritable(region)) continue;
    // What lies there and what refuses a write is said once, among the protections.
    const isProtection = profile?.guards.some((each) => cut(each, settings).some((range) => overlaps(range, guard)));
    const reason = isProtection === true ? '' : guard.reason;
    const values = { from: hex(guard.address), to: hex(rangeEnd(guard) - 1), reason };
    found.push(dfuFinding('map-lies', { in: 'flash', range: guard }, values));
  }
  const plan = profile?.modules ?? null;
  if (profile === null || plan === null) return found;

  for (const partition of layout.partitions) {
    const here = content.get(keyOf(settings, partition));
    const { region, address, size } = partition;
    const place = { in: 'flash', range: { region, address, size } } as const;
    if (here?.kind === 'module' && here.head.platform !== plan.platform) {
      const values = {
        module: moduleName(here.head),
        partition: partition.name,
        platform: platformName(here.head.platform),
        board: profile.name,
      };
      found.push(dfuFinding('module-for-another-platform', place, values));
    }
    if (here?.kind === 'module' && here.head.platform === plan.platform && partition.role === 'app') {
      if (here.head.function === FUNCTION.system) {
        for (const unmet of unmetDependencies(here.head, profile, content)) {
          found.push(dfuFinding('system-need-missing', place, needValues(here.head, unmet)));
        }
      }
    }
    if (here?.kind === 'extension') {
      const { version, length } = here.head;
      if (here.head.address === address) {
        const values = { partition: partition.name, version, size: bytes(length) };
        found.push(dfuFinding('extension-there', place, values));
      } else {
        const values = { partition: partition.name, address: hex(here.head.address), there: hex(address) };
        found.push(dfuFinding('extension-in-another-place', place, values));
      }
    }
  }
  return [...found, ...findingsOfModules(layout.map, dfu)];
}

function findingsOfModules(map: FlashMap, { profile, content }: DfuInspection['dfu']) {
  const plan = profile?.modules ?? null;
  if (profile === null || plan === null) return [];
  const found: Finding[] = [];
  const placeOf = ({ address, size }: { readonly address: number; readonly size: number }) => {
    const region = map.regions.find((r) => address >= r.start && address < regionEnd(r));
    if (region === undefined) return { in: 'device' } as const;
    return { in: 'flash', range: { region: region.id, address, size } } as const;
  };
  const user = contentAt(content, plan.user);
  if (user.kind === 'module' && user.passes) {
    for (const unmet of unmetDependencies(user.head, profile, content)) {
      found.push(dfuFinding('dependency-missing', placeOf(plan.user), needValues(user.head, unmet)));
    }
    const end = user.head.end + CRC_SIZE;
    if (end > plan.user.address + plan.user.size) {
      found.push(dfuFinding('application-past-its-sector', placeOf(plan.user), { end: hex(end) }));
    }
  }
  const factory = contentAt(content, plan.factory);
  if (plan.factory !== null && factory.passes) {
    const address = hex(plan.factory.address);
    if (factory.kind === 'module' && factory.sound !== false) {
      const { version } = factory.head;
      const holds = user.kind === 'module' && user.passes ? 'another user application' : 'a user application';
      found.push(
        isSameModule(user, factory)
          ? dfuFinding('factory-slot-holds-same-application', placeOf(plan.factory), { address, version })
          : dfuFinding('factory-slot-holds-application', placeOf(plan.factory), { address, holds, version }),
      );
    } else found.push(dfuFinding('factory-slot-only-looks-right', placeOf(plan.factory), { address }));
  }
  return found;
}

/** Whether two places are known to hold the same module: both were read whole and are sound. */
function isSameModule(a: UnitContent, b: UnitContent): boolean {
  if (a.kind !== 'module' || b.kind !== 'module' || a.sound !== true || b.sound !== true) return false;
  return a.digest === b.digest && a.crc === b.crc && moduleLength(a.head) === moduleLength(b.head);
}

/** The values of a finding about a need that is not met. */
function needValues(head: ModuleHead, { needs, has }: Unmet) {
  return {
    module: moduleName(head),
    needs: moduleName(needs),
    least: needs.version,
    has: has === null ? 'it is missing' : `version ${has} is installed`,
  };
}

function word(id: number): string {
  return id.toString(16).padStart(4, '0');
}
