/** The rules of boards in DFU mode for unpacking dropped files. */
import type { DroppedFile, Source, Unpacked, UnpackOptions } from '../../flash/dropped-file.ts';
import type { Finding } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import { ADDRESS_END, sizeOf } from '../../flash/map.ts';
import { readAppImage } from '../../formats/app-image.ts';
import type { DfuFileDevice } from '../../formats/dfu-file.ts';
import { ELF_MACHINE } from '../../formats/elf.ts';
import type { BoardRules, Program } from '../../import/board-rules.ts';
import { unknownContent } from '../../import/board-rules.ts';
import { usbId } from '../../import/dfu-file.ts';
import { ELF_CONTAINER, joinRuns, loadedBytes } from '../../import/elf.ts';
import { otherProcessor } from '../../import/other-chips.ts';
import type { UnpackContext } from '../../import/packed.ts';
import { nothingUsable } from '../../import/packed.ts';
import { partsOf, tooMany, unusable } from '../../import/runs.ts';
import { uf2Families } from '../../import/uf2-families.ts';
import { unpackDrop } from '../../import/unpack.ts';
import { UPDATE_BOOTLOADER, fileFinding } from '../board/findings.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { FUNCTION, readModuleHead, platformName } from '../particle/module-head.ts';
import { regionAt } from './choices.ts';
import { identify, LARGEST_FILE } from './identify.ts';
import { shapeRuns } from './module-runs.ts';
import { HASHES } from '../../formats/hashes.ts';

/** The most runs of bytes in one file: no build makes more. */
const MOST_RUNS = 256;
/** Preference for programs of a chip: every form but .bin has the address. */
const CHIP_FORMS = [['hex'], ['elf'], ['dfu'], ['uf2'], ['bin']];
/** Preference for modules: they contain their address, and only the .bin has the checksums filled in. */
const MODULE_FORMS = [['bin'], ['dfu', 'hex', 'uf2'], ['elf']];

/** Why the assets beside an application are left out. */
const ASSET = 'an asset of a Particle bundle: Device OS takes it over the air only';

/** Unpacks dropped files: see `Family.unpack`. */
export function unpackFiles(
  sources: readonly Source[],
  board: DfuInspection,
  how: UnpackOptions = {},
): Promise<Unpacked> {
  return unpackDrop(sources, rulesOf(board), how);
}

function rulesOf(board: DfuInspection): BoardRules {
  const { profile } = board.dfu;
  const isOwnChip = (chip: string): boolean => profile?.uf2Chips.includes(chip) ?? false;
  const rules: BoardRules = {
    board,
    regionAt: (address) => regionAt(address, board)?.id ?? null,
    chip: profile?.chip ?? null,
    isOwnChip,
    serial: null,
    isStm32: true,
    largest: LARGEST_FILE,
    together: 2 * LARGEST_FILE,
    addresses: {
      limit: ADDRESS_END,
      mostRuns: MOST_RUNS,
      note: '',
      countsFromPartition: () => false,
      shape: (runs) => shapeRuns(runs, board),
      refuse: (address, data) => {
        if (regionAt(address, board) !== undefined) return null;
        const head = readModuleHead(data);
        return head === null || head.start !== address
          ? `this board has no memory at ${hex(address)}`
          : `it is a module for the ${platformName(head.platform)}`;
      },
      name: (file, address) => `${file} at ${hex(address)}`,
    },
    uf2Families: uf2Families(isOwnChip),
    forms: profile !== null && profile.modules !== null ? MODULE_FORMS : CHIP_FORMS,
    kindOf: (part) => identify(part, board).kind,
    // Device OS stores the assets of an application by itself (Particle documentation, “Asset OTA”).
    neverOpened: (path) => (profile !== null && profile.modules !== null && /(^|\/)assets\//.test(path) ? ASSET : null),
    foreign: (part) => foreignTo(part, board),
    conventionalBuilds: () => Promise.resolve([]),
    unpackProgram: (source, program, { budget, yieldNow }) =>
      unpackProgram(source, program, { machine: profile?.machine ?? ELF_MACHINE.arm, rules, budget, yieldNow }),
    dfuDevice: (name, device) => deviceFindings(name, device, board),
  };
  return rules;
}

interface ProgramWork extends Pick<UnpackContext, 'rules' | 'budget' | 'yieldNow'> {
  readonly machine: number;
}

async function unpackProgram(
  source: Source,
  program: Program,
  { machine, rules, budget, yieldNow }: ProgramWork,
): Promise<Unpacked> {
  const { path: name } = source;
  const fault = (why: string): Unpacked =>
    unusable(ELF_CONTAINER, name, fileFinding('elf-unusable', { in: 'file', name }, { why }));
  if (program.kind === 'foreign') return fault(program.why);
  const { elf } = program;
  if (elf.machine !== machine)
    return fault(`this board’s processor cannot run it, because it is ${otherProcessor(elf)}`);
  const skip = (why: string): Unpacked => nothingUsable(ELF_CONTAINER, '', [{ name, why }], []);
  if (elf.segments.length === 0) return skip('it has no loadable segments, so it is not a linked program');
  const readable = elf.segments.filter(({ size }) => size <= rules.largest);
  const refused = budget.refuse(sizeOf(readable));
  if (refused !== null) return skip(refused);
  const loaded = await loadedBytes(source, elf, rules.largest, yieldNow);
  if (loaded.kind === 'overlap') return fault(`two of its segments overlap at ${hex(loaded.segment.physical)}`);
  const runs = joinRuns(loaded.runs);
  if (runs.length > MOST_RUNS) return unusable(ELF_CONTAINER, name, tooMany(name, rules));
  const found = partsOf('An ELF file', name, runs, rules);
  return { container: ELF_CONTAINER, ...found, left: [...loaded.left, ...found.left] };
}

/** Why a part of a folder or an archive is not for this board; null if it may be. */
function foreignTo(part: DroppedFile, board: DfuInspection): string | null {
  const { dfu } = board;
  const what = identify(part, board);
  if (what.is === 'container') return what.why;
  if (what.is === 'too-large') return `not firmware: ${what.kind}`;
  const plan = dfu.profile?.modules ?? null;
  if ((what.is === 'module' || what.is === 'joined') && plan !== null && what.head.platform !== plan.platform) {
    return `for the ${platformName(what.head.platform)}`;
  }
  if (what.is === 'module' && plan !== null && what.head.function === FUNCTION.bootloader) {
    return `Particle’s bootloader is not replaced over DFU. ${UPDATE_BOOTLOADER.replace(/\.$/, '')}`;
  }
  if (what.is !== 'data') return null;
  const image = readAppImage(part.data, HASHES, { in: 'file', name: part.name });
  if (image.kind === 'image' && image.image.loads) return `for the ${image.image.header.chip.name ?? 'ESP32 family'}`;
  return unknownContent(part.name);
}

/** The finding about a file that names a different device; ST's own IDs stand for all of ST's chips. */
function deviceFindings(name: string, device: DfuFileDevice, { dfu }: DfuInspection): Finding[] {
  const other = (file: number | null, own: number) => file !== null && file !== own;
  if (!other(device.vendorId, dfu.usb.vendorId) && !other(device.productId, dfu.usb.productId)) return [];
  return [
    fileFinding('dfu-file-for-another-device', { in: 'file', name }, { file: usbId(device), board: usbId(dfu.usb) }),
  ];
}
