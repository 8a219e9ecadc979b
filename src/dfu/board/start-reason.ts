/** Why a board starts what it starts: what its bootloader and its firmware check, and what was read of that. */
import { list } from '../../flash/english.ts';
import { hex } from '../../flash/finding.ts';
import type { ContentByPlace, UnitContent } from './inspection.ts';
import { placeKey } from './inspection.ts';
import type { ModuleHead } from '../particle/module-head.ts';
import { moduleName } from '../particle/module-head.ts';
import { CRC_SIZE } from '../particle/module.ts';
import type { BoardProfile, ModuleBoard } from './profile.ts';

type Module = Extract<UnitContent, { kind: 'module' }>;

/** What a module is called with its version: `system part 2 (version 2001)`. */
function named({ head }: Module): string {
  return `${moduleName(head)} (version ${head.version})`;
}

/** Modules in a row; a version that all of them have is said once. */
function inRow(modules: readonly Module[]): string {
  const [first] = modules;
  const isOne = modules.every(({ head }) => head.version === first?.head.version);
  return isOne && first !== undefined
    ? `${list(modules.map(({ head }) => moduleName(head)))} (version ${first.head.version})`
    : list(modules.map(named));
}

/** What is known of an application that was flashed in this session, as a clause. */
export const VERIFIED = 'all its bytes were verified when it was flashed in this session';

/** What follows from an application that reaches beyond its own sector, as a sentence with a space in front; empty for any other. */
export function overWords(subject: string, head: ModuleHead, { address, size }: ModuleBoard['user']): string {
  const end = head.end + CRC_SIZE;
  return end > address + size ? ` ${subject} ends at ${hex(end)}, so it cannot be updated over the air.` : '';
}

/** Why a board with modules runs its user application, as sentences. `isVerified`: all bytes of it were verified when they were written. */
export function userReason(
  profile: BoardProfile,
  { user: place }: ModuleBoard,
  content: ContentByPlace,
  user: Module,
  isVerified: boolean,
): string {
  const modules = (role: 'boot' | 'app') =>
    profile.partitions.flatMap((partition) => {
      const found = content.get(placeKey(partition));
      return partition.role === role && partition.address < place.address && found?.kind === 'module' ? [found] : [];
    });
  const [boot] = modules('boot');
  const parts = modules('app');
  const { head } = user;
  const needs = head.dependencies.map((need) => `${moduleName(need)}, version ${need.version} or newer,`);
  const reasons = [
    'its header is right for this place',
    user.sound === true ? 'its CRC is correct' : isVerified ? VERIFIED : 'its CRC was not checked',
    ...(needs.length === 0 ? [] : [`${list(needs)} ${needs.length === 1 ? 'is' : 'are'} installed`]),
  ];
  return (
    `The ${boot === undefined ? 'bootloader' : named(boot)} starts the system firmware: ${inRow(parts)} ` +
    `${parts.length === 1 ? 'is' : 'are'} in place${wholeness(parts)}. ` +
    `That runs the user application (version ${head.version}): ${list(reasons)}.${overWords('The application', head, place)}`
  );
}

/** What is known of system parts beyond their headers, as the end of a clause about them. */
function wholeness(parts: readonly Module[]): string {
  const isOne = parts.length === 1;
  const needs = parts.some(({ head }) => head.dependencies.length > 0)
    ? `, with every version that ${isOne ? 'it needs' : 'they need'}`
    : '';
  const [correct, others] = [parts.filter(({ sound }) => sound === true), parts.filter(({ sound }) => sound !== true)];
  const crc = isOne ? 'its CRC' : 'their CRCs';
  if (correct.length > 0 && others.length > 0)
    return `${needs}; the ${crcOf(correct, 'is', 'are')} correct, the ${crcOf(others, 'was', 'were')} not checked`;
  if (others.length > 0) return `${needs}; ${crc} ${isOne ? 'was' : 'were'} not checked`;
  return `${needs}; ${crc} ${isOne ? 'is' : 'are'} correct`;
}

/** The CRCs of some modules as the subject of a clause, with its verb: `CRC of system part 1 is`. */
function crcOf(modules: readonly Module[], one: string, several: string): string {
  const names = list(modules.map(({ head }) => moduleName(head)));
  return modules.length === 1 ? `CRC of ${names} ${one}` : `CRCs of ${names} ${several}`;
}

/** Why a board runs its monolithic firmware, as a sentence. */
export function monolithicReason(name: string, { head, sound }: Module): string {
  const crc = sound === true ? 'its CRC is correct' : 'its CRC was not checked';
  return `${name} holds monolithic firmware (version ${head.version}) for this board; ${crc}. It needs no user application.`;
}

/**
 * Why a chip starts what its flash begins with, as sentences. A module carries its header behind its vector table. `isFirst`: nothing is
 * before it in the flash.
 */
export function flashStartReason(name: string, address: number, head: ModuleHead | null, isFirst: boolean): string {
  const [first, last] = isFirst
    ? [`The chip starts what is at the beginning of its flash. ${name} begins there, at ${hex(address)},`, '']
    : [`${name} begins at ${hex(address)}`, ' What is before it was not read.'];
  const what =
    head === null
      ? `with a vector table: a stack pointer in RAM and a reset handler in flash. Whether the program behind it`
      : `and carries the header of a Particle module: ${moduleName(head)}, version ${head.version}. Whether the rest of it`;
  return `${first} ${what} is complete is not known.${last}`;
}
