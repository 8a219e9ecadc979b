/** Refusals and questions about the files of a request. */
import { sizeOf } from '../../flash/map.ts';
import { isFinal } from '../../flash/arrangement.ts';
import type { Refusal } from '../../flash/finding.ts';
import { list } from '../../flash/english.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { DfuInspection } from '../board/inspection.ts';
import type { DfuArranged } from './arrange.ts';
import { checkModule, refuseModule } from './check-module.ts';
import { checkReach } from './check-reach.ts';
import { refuse } from './refusals.ts';
import { LARGEST_FILE } from './identify.ts';
import { candidates, unitName } from './sectors.ts';
import type { DfuPlacement } from './placed.ts';
import { inFile, shown } from '../../formats/words.ts';

/** All refusals and questions about the files of a request; for a read-protected board, that refusal alone. */
export function checkFiles(arranged: DfuArranged): Refusal[] {
  const { placed, erased, board } = arranged;
  const [first] = placed;
  if (board.dfu.readProtected && placed.length + erased.length > 0) {
    // Every other check assumes that the flash can be read.
    const file = first === undefined ? 'A partition' : shown(first.file);
    return [refuse('board-read-protected', { in: 'device' }, { file })];
  }
  const found = placed.flatMap((placement) => {
    const refused = refuseModule(placement, arranged);
    return refused === null
      ? [...checkPlace(placement, arranged.board), ...checkModule(placement, arranged)]
      : [refused];
  });
  return found.some(isFinal) ? found : [...found, ...checkReach(arranged)];
}

/** Refusals of a file or its place, whatever else is written. */
function checkPlace({ file, what, choice, choices }: DfuPlacement, board: DfuInspection): Refusal[] {
  const place = inFile(file);
  const name = shown(file);
  if (what.is === 'too-large') {
    const values = { file: name, size: bytes(file.data.length), limit: bytes(LARGEST_FILE) };
    return [refuse('larger-than-any-chip', place, values)];
  }
  if (what.is === 'container') {
    return [refuse('container-not-read', place, { file: name, why: what.why })];
  }
  if (what.is === 'damaged') return [refuse('module-damaged', place, { file: name, why: what.why })];
  if (choice === null) {
    if (choices.some(({ fits }) => fits)) return [refuse('sector-not-chosen', place, { file: name })];
    const why = choices[0]?.why ?? roomWords(file.data.length, board);
    return [refuse('no-sector', place, { file: name, why })];
  }
  if (choice.fits) return [];
  if (choice.place === 'unavailable') {
    return [refuse('layout-unavailable', place, { layout: choice.name, why: choice.why })];
  }
  if (choice.place === 'sectors') {
    return [refuse('sectors-too-few', place, { file: name, place: choice.name, lacks: choice.why })];
  }
  const values = { file: name, place: `${choice.name}, ${hex(choice.address)}`, why: choice.why };
  if (choice.place === 'module' && choice.isTooLarge === true)
    return [refuse('application-too-large', place, { ...values, size: bytes(file.data.length) })];
  return [refuse('nothing-fits-there', place, values)];
}

/** Why no sectors hold a file that does not say where it belongs: the room that there is for it. */
function roomWords(size: number, board: DfuInspection): string {
  const units = candidates(board);
  const room = sizeOf(units);
  if (room >= size) return `no adjacent writable sectors hold ${bytes(size)}`;
  if ((board.dfu.profile?.modules ?? null) === null)
    return `the writable sectors hold ${bytes(room)}, and it has ${bytes(size)}`;
  const names = list(units.map((unit) => unitName(unit, board)));
  return `without a module header it can go only to ${names}, which hold ${bytes(room)}, and it has ${bytes(size)}`;
}
