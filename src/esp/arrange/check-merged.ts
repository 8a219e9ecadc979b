/** Refusals and questions about a merged image; its parts are checked like separate files. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { Refusal } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { AppHeader } from '../../formats/app-header.ts';
import { headerEdit } from '../boot/bootloader-header.ts';
import { checkChip } from './check-chip.ts';
import { refuseHeaderPastChip } from './check-table.ts';
import { REGION } from '../loader/target.ts';
import type { ArrangeContext } from './context.ts';
import type { MergedImage, Part } from './merged.ts';
import type { Erased, EspChoice } from './placed.ts';
import { refuse } from './refusals.files.ts';
import { appName, inFile, shown } from '../../formats/words.ts';
import { exactPlace, gapName } from './words.ts';

/** Every refusal of a merged image, and the question about what its padding would erase. */
export function checkMerged(
  file: DroppedFile,
  merged: MergedImage,
  choice: EspChoice | null,
  context: ArrangeContext,
): Refusal[] {
  const name = shown(file);
  const { board } = context;
  const problems = merged.findings.filter((finding) => finding.verdict === 'problem');
  // Check the chip first: for another chip's image, most table problems are consequences of that.
  const wrong = checkChips(file, merged, context);
  if (wrong !== null) return [wrong];
  if (problems.length > 0) {
    return problems.map((problem) =>
      refuse('merged-refused', problem.place, {
        ...problem.values,
        file: name,
        why: problem.says,
      }),
    );
  }
  const end = merged.base + file.data.length;
  if (end > board.esp.flashSize) {
    const limit = board.esp.flashSize;
    const values = { file: name, end: hex(end), limit: hex(limit), excess: bytes(end - limit) };
    return [refuse('merged-past-flash', inFile(file), values)];
  }
  const found = merged.parts.flatMap((part) => checkPart(file, part, merged, context));
  const erased = choice?.place === 'merged-everything' ? choice.erases : [];
  if (erased.length > 0) {
    const values = Object.fromEntries(erased.map((row) => [row.name, `${hex(row.offset)}, ${bytes(row.size)}`]));
    const changes = erased.map(({ offset, size }) => ({ region: REGION, address: offset, size }));
    const ask = refuse('padding-erases', inFile(file), {
      ...values,
      file: name,
      erased: erased.map(inWords).join('; '),
    });
    found.push({ ...ask, changes });
  }
  return found;
}

/** What is erased, with its exact place; a gap's name already contains its address. */
function inWords(erased: Erased): string {
  const { name, offset, size } = erased;
  return name === gapName(offset) ? `${name}, ${bytes(size)}` : exactPlace(erased);
}

function checkChips(file: DroppedFile, merged: MergedImage, { board }: ArrangeContext): Refusal | null {
  const wrongIn = (header: AppHeader, address: number) =>
    checkChip(shown(file), inFile(file, address - merged.base + 12), header, board.identity);
  for (const { image, address } of merged.parts) {
    const wrong = image && wrongIn(image.header, address);
    if (wrong !== null) return wrong;
  }
  // Without a valid table there are no parts.
  return merged.bootloader === null || merged.parts.length > 0
    ? null
    : wrongIn(merged.bootloader.header, merged.bootloader.address);
}

function checkPart(file: DroppedFile, part: Part, merged: MergedImage, context: ArrangeContext): Refusal[] {
  const { board } = context;
  const at = inFile(file, part.address - merged.base);
  const name = shown(file);
  if (part.kind === 'bootloader') {
    const { address } = board.esp.bootloader;
    if (part.image?.description) {
      const why = `an app, ${appName(part.image.description)}, is where its bootloader belongs, at ${hex(part.address)}.`;
      return [refuse('merged-refused', at, { file: name, why })];
    }
    if (part.address !== address) {
      const why = `its bootloader would be at ${hex(part.address)}, but this chip expects it at ${hex(address)}.`;
      return [refuse('merged-refused', at, { file: name, why })];
    }
    const header = headerEdit(board)?.size?.bytes ?? part.image?.header.flashSize.bytes ?? null;
    if (header === null || header <= board.esp.flashSize) return [];
    return [refuseHeaderPastChip(at, name, header, context)];
  }
  // An app partition without a valid app has already been reported.
  return [];
}
