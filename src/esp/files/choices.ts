/** Where a file may go, whatever it is. */
import type { Choice, DroppedFile } from '../../flash/family.ts';
import { bytes } from '../../flash/finding.ts';
import type { EspInspection } from '../inspection.ts';
import { bootloaderOffset } from '../chips.ts';
import { UNIT } from '../layout.ts';
import { REGION } from '../target.ts';
import { appChoices } from './app-choices.ts';
import { dataChoices } from './data-choices.ts';
import type { Ground } from './ground.ts';
import { groundOf } from './ground.ts';
import { mergedChoices } from './merged-plan.ts';
import { whatIs } from './what.ts';

/** The id of the bootloader's own place. */
export const BOOTLOADER_ID = 'bootloader';

/** The places for one of several files, best first. */
export function placesFor(file: DroppedFile, files: readonly DroppedFile[], board: EspInspection): Choice[] {
  const what = whatIs(file, board);
  const ground = groundOf(files.includes(file) ? files : [...files, file], board);
  switch (what.is) {
    case 'image': {
      const apps = appChoices(file, what.image, ground);
      // Not one byte of a bootloader makes sense in an app's place: only a person may know that this is no bootloader.
      return what.bootloader
        ? [...bootloaderChoice(file, ground), ...apps.map((choice) => ({ ...choice, byHand: true }))]
        : apps;
    }
    case 'table':
      return tableChoices(ground);
    case 'merged':
      return mergedChoices(file, what.merged, ground);
    case 'file-system':
    case 'nvs':
    case 'otadata':
    case 'data':
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
  const replaces = header === null ? 'there is none yet' : 'replaces the one that is there';
  const why = fits
    ? `${replaces}; an interruption leaves the board without a bootloader until you flash again`
    : `too small: there are ${bytes(size)} before the partition table`;
  return [{ region: REGION, address, size, fits, id: BOOTLOADER_ID, name: 'bootloader', why }];
}

function tableChoices({ board }: Ground): Choice[] {
  const { address, reading } = board.esp.table;
  const why =
    reading.rows.length === 0 ? 'there is none yet' : 'replaces the one that is there; no partition’s content is moved';
  // Where a project moved its table, its bootloader reaches over the usual place and looks nowhere but here.
  return [{ region: REGION, address, size: UNIT, fits: true, id: `table@${address}`, name: 'partition table', why }];
}
