/** Settings without the values that look like secrets. */
import type { PartitionListing, StoredSetting } from '../../flash/partition-contents.ts';

/** Stands for a hidden value. */
const HIDDEN = '[hidden]';

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
