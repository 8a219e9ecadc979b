/** Unpacks ELF files: apps are converted to app images, and segments at flash offsets are used as they are. */
import { sizeOf } from '../../flash/map.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Source, Unpacked } from '../../flash/dropped-file.ts';
import type { Values } from '../../flash/finding.ts';
import { article } from '../../flash/english.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { inPieces } from '../../flash/yielding.ts';
import { MAX_SEGMENTS } from '../../formats/app-header.ts';
import { imageChipId } from '../../formats/chip-ids.ts';
import type { Elf, ElfSection, ElfSegment } from '../../formats/elf.ts';
import { ELF_MACHINE } from '../../formats/elf.ts';
import type { Program } from '../../import/board-rules.ts';
import { sameChip, otherProcessor } from '../../import/other-chips.ts';
import { ELF_CONTAINER, loadedBytes } from '../../import/elf.ts';
import type { UnpackKind } from '../../import/findings.ts';
import { unpackFinding } from '../../import/findings.ts';
import type { UnusedFile, UnpackContext } from '../../import/packed.ts';
import { nothingUsable, piecesOf } from '../../import/packed.ts';
import { LARGEST_FILE } from '../arrange/identify.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { MadeImage, ProgramSection } from './elf-image.ts';
import { descriptionIn, makeAppImage } from './elf-image.ts';
import type { MemoryMap } from './memory-maps.ts';
import { isWithin, mapsFor } from './memory-maps.ts';

const MACHINES: readonly number[] = [ELF_MACHINE.xtensa, ELF_MACHINE.riscv];
/** With debug information an ELF file is many times larger than its app; larger ones are not hashed. In bytes. */
const LARGEST_ELF = 256 << 20;
/** DIO, 4 MiB, 40 MHz on most chips: the header values if there is no bootloader to take them from. */
const USUAL = { mode: 2, sizeAndFrequency: 0x20 };

/** Converts a program into parts that can be flashed, and says how. A file that cannot be used is left, with the reason. */
export async function unpackProgram(
  source: Source,
  program: Program,
  board: EspInspection,
  { budget, yieldNow }: UnpackContext,
): Promise<Unpacked> {
  const { path: name } = source;
  const skip = (why: string): Unpacked => nothingUsable(ELF_CONTAINER, '', [{ name, why }], []);
  const fault = (kind: UnpackKind, values: Values, offset?: number): Unpacked => {
    const place = { in: 'file', name, ...(offset !== undefined && { offset }) } as const;
    return nothingUsable(ELF_CONTAINER, '', [{ name, why: 'it cannot be used' }], [unpackFinding(kind, place, values)]);
  };
  if (source.size > LARGEST_ELF)
    return skip(`too large: ${bytes(source.size)}, and at most ${bytes(LARGEST_ELF)} are read`);
  if (program.kind === 'foreign') return skip(`not a program for this kind of chip: ${program.why}`);
  const { elf } = program;
  if (!MACHINES.includes(elf.machine)) return skip(otherProcessor(elf));
  const raw = rawParts(elf);
  if (!raw && elf.sections.length === 0) return skip('it has no sections with data for a chip');
  const parts = raw ? elf.segments : elf.sections;
  const size = sizeOf(parts);
  const refused = size > LARGEST_FILE ? `too large: ${bytes(size)} for the chip` : budget.refuse(size);
  if (refused !== null) return skip(refused);
  if (raw) return unpackRaw(source, elf, fault, yieldNow);
  const maps = mapsFor(elf.machine, elf.sections);
  const map = maps.find(({ chip }) => sameChip(chip, board.identity.chip));
  const chipId = map && imageChipId(map.chip);
  if (map === undefined) {
    const fits = maps.map(({ chip }) => chip).join(' or ');
    return skip(
      fits === ''
        ? `its addresses do not fit the ${board.identity.chip}`
        : `by its addresses for the ${fits}, but this board has ${article(board.identity.chip)}`,
    );
  }
  if (chipId === undefined)
    return skip(`ELF files for the ${map.chip} are not converted: use the .bin file of the build`);
  if (!elf.sections.some(({ address }) => isWithin(map.flash, address))) {
    return skip('it is linked to run from RAM, as a bootloader is: use the bootloader.bin of the build');
  }
  return unpackApp(source, elf, { map, maps, chipId }, board, fault, yieldNow);
}

type Fault = (kind: UnpackKind, values: Values, offset?: number) => Unpacked;

/** Whether all load segments are at flash offsets: such a file is meant to be written as it is. */
function rawParts({ segments }: Elf): boolean {
  return segments.length > 0 && segments.every(({ physical, size }) => physical + size <= LARGEST_FILE);
}

async function unpackRaw(source: Source, elf: Elf, fault: Fault, yieldNow: YieldNow): Promise<Unpacked> {
  const { path: name } = source;
  const loaded = await loadedBytes(source, elf, LARGEST_FILE, yieldNow);
  if (loaded.kind === 'overlap') {
    const { physical, offset } = loaded.segment;
    return fault('elf-overlap', { address: hex(physical) }, offset);
  }
  const { runs, left } = loaded;
  const parts = runs.map(({ address, data }) => {
    const own = runs.length === 1 ? name : `${name} @ ${hex(address)}`;
    return { name: own, data, at: address };
  });
  const places = parts.map(({ at }) => hex(at)).join(', ');
  const says = `An ELF file whose segments are raw data for these flash offsets: ${places}.`;
  return { container: ELF_CONTAINER, says, parts, left, findings: [] };
}

async function unpackApp(
  source: Source,
  elf: Elf,
  { map, maps, chipId }: { readonly map: MemoryMap; readonly maps: readonly MemoryMap[]; readonly chipId: number },
  board: EspInspection,
  fault: Fault,
  yieldNow: YieldNow,
): Promise<Unpacked> {
  const { path: name } = source;
  const sections: ProgramSection[] = [];
  for (const { name: section, address, offset, size } of elf.sections) {
    await yieldNow();
    sections.push({ name: section, address, data: (await source.read(offset, offset + size)).slice() });
  }
  const described = descriptionIn(sections, map) !== null;
  const { header } = board.esp.bootloader;
  const codes = header && {
    mode: header.spiMode.code,
    sizeAndFrequency: (header.flashSize.code << 4) | header.frequency.code,
  };
  const settings = {
    chipId,
    entry: elf.entry,
    ...(codes ?? USUAL),
    elfSha256: described ? await sha256Of(source, yieldNow) : null,
  };
  const loads = elf.segments.map(({ physical, size }) => ({ address: physical, size }));
  const made = await inPieces(makeAppImage(sections, map, settings, loads), yieldNow);
  if (made.kind !== 'image') return wrong(made, fault);
  const others = maps.filter((other) => other !== map).map(({ chip }) => chip);
  const uncertain = { chip: map.chip, others: others.join(', the ') };
  const findings = others.length === 0 ? [] : [unpackFinding('elf-chip-uncertain', { in: 'file', name }, uncertain)];
  const without = described ? '' : ' It has no app description.';
  const says = `An ELF file for the ${map.chip}: its sections were converted to an app image, as esptool does it.${without}`;
  return {
    container: ELF_CONTAINER,
    says,
    parts: [{ name, data: made.data }],
    left: withoutSections(name, elf),
    findings,
  };
}

async function sha256Of(source: Source, yieldNow: YieldNow): Promise<Uint8Array> {
  const hash = sha256.create();
  for await (const piece of piecesOf(source, yieldNow)) hash.update(piece);
  return hash.digest();
}

/** The segments that have no section, each with the reason: an app image is made of sections, so their bytes are not in it. */
function withoutSections(name: string, { segments, sections }: Elf): UnusedFile[] {
  const meet = (a: number, aSize: number, b: number, bSize: number) => a < b + bSize && b < a + aSize;
  // A program may be loaded from other addresses than it is linked for; then both still lie at the same place in the file.
  const isIn = (segment: ElfSegment) => (section: ElfSection) =>
    meet(section.offset, section.size, segment.offset, segment.size) ||
    meet(section.address, section.size, segment.physical, segment.size);
  return segments
    .filter((segment) => !sections.some(isIn(segment)))
    .map(({ physical, size }) => ({
      name: `${name}, segment at ${hex(physical)}`,
      why: `its ${bytes(size)} are not in the app image: no section of the program holds them`,
    }));
}

function wrong(made: Exclude<MadeImage, { kind: 'image' }>, fault: Fault): Unpacked {
  switch (made.kind) {
    case 'pages-shared': {
      const { first, second, page } = made;
      return fault('elf-page-shared', { first: hex(first), second: hex(second), page: bytes(page) });
    }
    case 'too-many-segments':
      return fault('elf-too-many-segments', { count: made.count, limit: MAX_SEGMENTS });
    case 'misaligned':
      return fault('elf-misaligned', { address: hex(made.address) });
  }
}
