/** Options that several commands have, worded once. */
import type { OptionWords } from './command.ts';

/** What a flash is opened with, wherever a command takes an image. */
export const FLASH_OPTIONS: readonly OptionWords[] = [
  { name: 'board', value: 'NAME', says: 'A virtual board in place of IMAGE; "sectorwise boards" lists them.' },
  { name: 'chip', value: 'CHIP', says: 'The chip that the image is of, where its bootloader does not say: esp32s3.' },
];

/** Where a command writes its result. */
export const OUT: OptionWords = { name: 'out', short: 'o', value: 'FILE', says: 'The file to write.' };

/** Secrets in settings. */
export const SHOW_SECRETS: OptionWords = {
  name: 'show-secrets',
  says: 'Print values that look like passwords, keys or tokens, too.',
};

/** The partition that is meant, where a board has several. */
export const PARTITION: OptionWords = {
  name: 'partition',
  value: 'NAME',
  says: 'The partition; the first of its kind if omitted.',
};
