/** Where a file may go, whatever it is. */
import type { Choice, DroppedFile } from '../../flash/family.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { bareChoices, isBare } from '../board/bare-chip.ts';
import type { EspInspection } from '../board/inspection.ts';
import { bootloaderOffset } from '../../formats/chip-ids.ts';
import { REGION } from '../loader/target.ts';
import { veilOf } from '../board/read-access.ts';
import { appChoices } from './app-choices.ts';
import { placedFirst } from './at-choices.ts';
import { ciphertextChoices } from './ciphertext.ts';
import { dataChoices } from './data-choices.ts';
import type { Ground } from './context.ts';
import { groundOf } from './context.ts';
import { mergedChoices } from './merged-plan.ts';
import { tableChoices } from './table-choices.ts';
import type { What } from './identify.ts';
import { CIPHERTEXT, whatIs } from './identify.ts';

/** The id of the bootloader's own place. */
export const BOOTLOADER_ID = 'bootloader';

/** The places for one of several files, best first. A container's word on where it goes comes before all others. */
export function placesFor(file: DroppedFile, files: readonly DroppedFile[], board: EspInspection): Choice[] {
  const ground = groundOf(files.includes(file) ? files : [...files, file], board);
  const what = whatIs(file, board);
  const own = placesOf(file, what, ground);
  return file.at === undefined ? own : placedFirst(file, file.at, own, what, ground);
}

function placesOf(file: DroppedFile, what: What, ground: Ground): Choice[] {
  switch (what.is) {
    case 'image': {
      const apps = appChoices(file, what.image, ground);
      // Not one byte of a bootloader makes sense in an app's place: only a person may know that this is no bootloader.
      return what.bootloader
        ? [...bootloaderChoice(file, ground), ...apps.map((choice) => ({ ...choice, byHand: true }))]
        : apps;
    }
    case 'table':
      return tableChoices(file, ground);
    case 'merged':
      return mergedChoices(file, what.merged, ground);
    case 'data': {
      const { identity, esp } = ground.board;
      if (isBare(identity)) return bareChoices(file, identity.chip, esp.flashSize);
      const sealed = what.kind === CIPHERTEXT ? ciphertextChoices(file, ground) : [];
      return [...sealed, ...dataChoices(file, what, ground)];
    }
    case 'file-system':
    case 'nvs':
    case 'otadata':
      return dataChoices(file, what, ground);
    case 'too-large':
    case 'unusable':
      return [];
  }
}

function bootloaderChoice(file: DroppedFile, { board, table }: Ground): Choice[] {
  const { address, header } = board.esp.bootloader;
  if (bootloaderOffset(board.identity.chip) === null) return [];
  const size = table.address - address;
  const fits = file.data.length <= size;
  const replaces =
    veilOf(board.esp) !== null
      ? 'replaces what is there'
      : header === null
        ? 'there is none yet'
        : 'replaces the one that is there';
  // Where a chip looks for its bootloader is fixed in its ROM, whatever a container says.
  const elsewhere = file.at === undefined || file.at === address ? '' : ` (its build says ${hex(file.at)})`;
  const why = fits
    ? `${replaces}${elsewhere}; an interruption leaves the board without a bootloader until you flash again`
    : `too small: there are ${bytes(size)} before the partition table`;
  return [{ region: REGION, address, size, fits, id: BOOTLOADER_ID, name: 'bootloader', why }];
}
