/** Chips that start whatever is at the start of their flash, without a second-stage bootloader or partition table. */
import type { Choice, DroppedFile } from '../../flash/dropped-file.ts';
import { bytes } from '../../flash/finding.ts';
import { IMAGE_MAGIC } from '../../formats/app-header.ts';
import { chipNamed } from '../../formats/chip-ids.ts';
import type { Identity } from '../../flash/target.ts';
import { REGION } from '../loader/target.ts';

/** Whether a chip has neither bootloader nor partition table; of the known ones, only the ESP8266. */
export function isBare({ chip }: Pick<Identity, 'chip'>): boolean {
  return chipNamed(chip)?.bootloader === null;
}

/** Whether a file starts like firmware for such a chip, whose images have neither a chip id nor a hash to check. */
export function isBareFirmware({ data }: DroppedFile): boolean {
  return data[0] === IMAGE_MAGIC;
}

/** The only known place on such a chip: the start of the flash, of `flashSize` bytes. */
export function bareChoices(file: DroppedFile, chip: string, flashSize: number): Choice[] {
  const fits = file.data.length <= flashSize;
  const firmware = isBareFirmware(file);
  const words = firmware ? `where the ${chip} starts` : 'only a program that knows this address will find it';
  const why = fits ? words : `too small: it holds ${bytes(flashSize)}`;
  const place = { region: REGION, address: 0, size: flashSize, id: 'flash@0', name: 'the start of the flash' };
  return [{ ...place, why, fits, ...(!firmware && { byHand: true }) }];
}
