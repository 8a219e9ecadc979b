/** ELF files: their headers, and the bytes to load at addresses. The family decides what is made of them. */
import type { Source, Unpacked } from '../flash/dropped-file.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { YieldNow } from '../flash/yielding.ts';
import { NEVER_YIELD } from '../flash/yielding.ts';
import type { Elf, ElfSegment } from '../formats/elf.ts';
import { readElf } from '../formats/elf.ts';
import type { Run } from '../formats/sparse-bytes.ts';
import { unpackFinding } from './findings.ts';
import type { UnusedFile, UnpackContext } from './packed.ts';
import { unusable } from './runs.ts';

/** The name of this kind of container. */
export const ELF_CONTAINER = 'ELF file';

/** Unpacks an ELF file with the rules of a board; of a damaged one nothing is used. */
export async function unpackElf(source: Source, work: UnpackContext): Promise<Unpacked> {
  const { path: name } = source;
  const result = await readElf(source);
  if (result.kind !== 'damaged') return work.rules.unpackProgram(source, result, work);
  const { what, offset } = result;
  const finding = unpackFinding('elf-damaged', { in: 'file', name, offset }, { what });
  return unusable(ELF_CONTAINER, name, finding);
}

/** The bytes that an ELF file loads, in order of physical address; or the first segment that overlaps a previous one. */
export type LoadedBytes =
  | { readonly kind: 'runs'; readonly runs: readonly Run[]; readonly left: readonly UnusedFile[] }
  | { readonly kind: 'overlap'; readonly segment: ElfSegment };

/** Reads the segments of an ELF file. Those that are larger than `largest` bytes are in `left`, each with its reason. */
export async function loadedBytes(
  source: Source,
  { segments }: Elf,
  largest: number,
  yieldNow: YieldNow = NEVER_YIELD,
): Promise<LoadedBytes> {
  const sorted = segments.toSorted((a, b) => a.physical - b.physical);
  const segment = sorted.find(({ physical }, i) =>
    sorted.slice(0, i).some((own) => own.physical + own.size > physical),
  );
  if (segment !== undefined) return { kind: 'overlap', segment };
  const runs: Run[] = [];
  const left: UnusedFile[] = [];
  for (const { physical: address, offset, size } of sorted) {
    await yieldNow();
    if (size <= largest) {
      runs.push({ address, data: (await source.read(offset, offset + size)).slice() });
      continue;
    }
    const why = `too large: ${bytes(size)}, but no supported chip has more than ${bytes(largest)} of flash`;
    left.push({ name: `${source.path}, segment at ${hex(address)}`, why });
  }
  return { kind: 'runs', runs, left };
}

/** Runs, adjacent ones joined. */
export function joinRuns(runs: readonly Run[]): Run[] {
  const groups: Run[][] = [];
  let end = -1;
  for (const run of runs) {
    if (run.address === end) groups.at(-1)?.push(run);
    else groups.push([run]);
    end = run.address + run.data.length;
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return group;
    const data = new Uint8Array(group.reduce((sum, each) => sum + each.data.length, 0));
    for (const each of group) data.set(each.data, each.address - first.address);
    return [{ address: first.address, data }];
  });
}
