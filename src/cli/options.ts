/** Options that several commands have, worded once, and what hides secrets unless one of them shows them. */
import { HIDDEN } from '../session/job-execution/hide-secrets.ts';
import type { OptionWords } from './command.ts';
import type { PartitionListing, StoredSetting } from '../flash/partition-contents.ts';

/** What a flash is opened with, wherever a command takes an image. */
export const FLASH_OPTIONS: readonly OptionWords[] = [
  { name: 'board', value: 'NAME', says: 'A virtual board in place of IMAGE; "sectorwise boards" lists them.' },
  { name: 'chip', value: 'CHIP', says: 'The chip of the image, such as esp32s3, if its bootloader does not say.' },
];

/** Where a command writes its result. */
export const OUT: OptionWords = { name: 'out', short: 'o', value: 'FILE', says: 'The file to write.' };

/** Secrets in settings. */
export const SHOW_SECRETS: OptionWords = {
  name: 'show-secrets',
  says: 'Also print values that look like passwords, keys or tokens.',
};

/** The partition that is meant, where a board has several. */
export const PARTITION: OptionWords = {
  name: 'partition',
  value: 'NAME',
  says: 'The partition; the first of its kind if omitted.',
};

/** A setting as it is printed. */
export function shownSetting(setting: StoredSetting, showSecrets: boolean): StoredSetting {
  return setting.secret && !showSecrets ? { ...setting, value: HIDDEN } : setting;
}

/** A listing as it is printed: the bytes of files that could be saved are left out. */
export function shownListing(listing: PartitionListing, showSecrets: boolean): object {
  if (listing.kind === 'settings')
    return { ...listing, settings: listing.settings.map((setting) => shownSetting(setting, showSecrets)) };
  if (listing.kind !== 'explained') return listing;
  const { saves, ...rest } = listing;
  return { ...rest, saves: saves.map(({ name, label, data }) => ({ name, label, size: data.length })) };
}
