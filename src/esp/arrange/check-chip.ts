/** Checks whether an image was built for the board's chip and chip revision. */
import type { Place, Refusal } from '../../flash/finding.ts';
import type { Identity } from '../../flash/target.ts';
import type { AppHeader } from '../../formats/app-header.ts';
import { chipWords } from '../../formats/words.ts';
import { isImageFor } from '../../formats/chip-ids.ts';
import { refuse } from './refusals.files.ts';

/** A chip revision as major × 100 + minor; `least` and `most` differ if only the major number is known. */
export interface Revision {
  readonly least: number;
  readonly most: number;
}

/** The revision in the loader's description of a chip, such as `(revision v3.1)`; null if unknown. */
export function revisionOf({ chip, revision, facts }: Identity): Revision | null {
  for (const { value } of facts) {
    const found = /\(revision v?(\d+)(?:\.(\d+))?\)/.exec(value);
    if (found?.[1] === undefined) continue;
    const major = Number(found[1]) * 100;
    return found[2] === undefined
      ? { least: major, most: major + 99 }
      : { least: major + Number(found[2]), most: major + Number(found[2]) };
  }
  const full = /^v?(\d+)\.(\d+)$/.exec(revision);
  if (full !== null) {
    const exact = Number(full[1]) * 100 + Number(full[2]);
    return { least: exact, most: exact };
  }
  // esptool-js gives the major number here for the ESP32; for others it may be the minor one.
  if (chip !== 'ESP32' || !/^\d+$/.test(revision)) return null;
  return { least: Number(revision) * 100, most: Number(revision) * 100 + 99 };
}

/** The reason why an image cannot run on this chip; null if none is known. `file` is the name to show. */
export function checkChip(file: string, place: Place, header: AppHeader, identity: Identity): Refusal | null {
  const { chip } = identity;
  if (!isImageFor(header.chip, chip)) {
    const { id, name } = header.chip;
    return refuse('wrong-chip', place, { file, image: chipWords(header), board: chip, id: id ?? name });
  }
  const has = revisionOf(identity);
  if (has === null) return null;
  const { min, minFull, maxFull } = header.revision;
  // The old field holds a major revision, and only on the ESP32.
  const needs = Math.max(minFull, chip === 'ESP32' ? min * 100 : 0);
  if (needs > has.most) return refuse('chip-too-old', place, { file, needs: version(needs), has: revisionText(has) });
  // 0 and 65535 mean that no limit was set (IS_MAX_REV_SET in bootloader_common_loader.c).
  if (maxFull !== 0 && maxFull !== 0xffff && has.least > maxFull) {
    return refuse('chip-too-new', place, { file, most: version(maxFull), has: revisionText(has) });
  }
  return null;
}

function version(full: number): string {
  return `v${Math.floor(full / 100)}.${full % 100}`;
}

function revisionText({ least, most }: Revision): string {
  return least === most ? version(least) : `v${Math.floor(least / 100)}`;
}
