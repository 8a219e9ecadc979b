/** Every reason not to put files where they are to go, and every question that comes first. */
import type { Placement } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { DfuInspection } from '../board/inspection.ts';
import type { DfuParts } from '../family-parts.ts';
import { checkModule } from './check-module.ts';
import { checkReach } from './check-reach.ts';
import { refuse } from './refusals.ts';
import { placesFor } from './choices.ts';
import { LARGEST_FILE, identify } from './identify.ts';
import { inFile, shown } from './words.ts';

/** Every refusal and every question about placements. */
export function checkFiles(placements: readonly Placement[], board: DfuInspection, parts: DfuParts): Refusal[] {
  const [first] = placements;
  if (first !== undefined && board.dfu.readProtected) {
    // Whatever else could be said of these files supposes that the flash can be read.
    return [refuse('board-read-protected', { in: 'device' }, { file: shown(first.file) })];
  }
  const found = placements.flatMap((placement) => [
    ...checkPlace(placement, board, parts),
    ...checkModule(placement, placements, board, parts),
  ]);
  return found.some(({ consent }) => consent === undefined)
    ? found
    : [...found, ...checkReach(placements, board, parts)];
}

/** What stands against a file, or against the place it is to have, whatever else is written. */
function checkPlace({ file, choice }: Placement, board: DfuInspection, parts: DfuParts): Refusal[] {
  const what = identify(file, parts);
  const place = inFile(file);
  const name = shown(file);
  if (what.is === 'too-large') {
    const values = { file: name, size: bytes(file.data.length), limit: bytes(LARGEST_FILE) };
    return [refuse('larger-than-any-chip', place, values)];
  }
  if (what.is === 'container') {
    return [refuse('container-not-read', place, { file: name, kind: what.kind, why: what.why })];
  }
  if (what.is === 'damaged') return [refuse('module-damaged', place, { file: name, why: what.why })];
  if (choice === null) {
    const offered = placesFor(file, board, parts);
    if (offered.some(({ fits }) => fits)) return [refuse('sector-not-chosen', place, { file: name })];
    const why = offered[0]?.why ?? `no writable sectors can hold ${bytes(file.data.length)}`;
    return [refuse('no-sector', place, { file: name, why })];
  }
  if (choice.fits) return [];
  if (board.dfu.profile?.settingSegments.some(({ id }) => id === choice.id) === true) {
    return [refuse('wish-not-possible', place, { wish: choice.name, why: choice.why })];
  }
  if (choice.picked !== undefined) {
    return [refuse('sectors-too-few', place, { file: name, place: choice.name, lacks: choice.why })];
  }
  const values = { file: name, place: `${choice.name}, ${hex(choice.address)}`, why: choice.why };
  return [refuse('nothing-fits-there', place, values)];
}
