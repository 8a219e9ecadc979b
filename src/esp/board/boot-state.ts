/** What a board starts next and why, or what keeps the apps in its flash from starting. */
import type { BootState, Content, KeptApp } from '../../flash/family.ts';
import { startsNothing } from '../../flash/diagnosis.ts';
import { list } from '../../flash/english.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Identity } from '../../flash/target.ts';
import { isBare } from './bare-chip.ts';
import type { BootloaderPlace, EspInspection } from './inspection.ts';
import { LARGEST_APP_PARTITION } from '../boot/prediction.ts';
import { appOnBoard } from '../../formats/words.ts';
import { startPlace } from '../partitions/layout.ts';
import { isRejectedFor } from '../partitions/row-rules.ts';
import type { TableRow } from '../partitions/table.ts';
import { readBarrierOf } from './read-access.ts';

/** The words for an image in the bootloader’s place that is none for this chip; empty where there is none. */
export function insteadOf(place: BootloaderPlace): { readonly instead?: string } {
  return place.holds === 'other image' ? { instead: place.instead } : {};
}

const BLANK_TABLE =
  'Nothing starts: the partition table is blank (erased). The bootloader accepts that and finds no app in it ' +
  '(“No bootable app partitions in the partition table”).';

/** Why the bootloader rejects the table; the finding about that says what to do, and of the kind `beside` why, too. */
function refusedTable({ table: { address, reading }, headerSize }: EspInspection['esp']): {
  readonly says: string;
  readonly beside?: string;
} {
  if (reading.state === 'none') return { says: `what is at ${hex(address)}, which is no partition table.` };
  if (reading.state === 'damaged') return { says: 'this partition table, which is damaged.' };
  const past = headerSize === null ? undefined : reading.rows.find((row) => isRejectedFor(row, headerSize));
  if (past === undefined || headerSize === null) return { says: 'this partition table.' };
  const end = hex(past.offset + past.size);
  const says = `this partition table, because ${past.name} ends at ${end}, past the flash size in its header, ${bytes(headerSize)}.`;
  return { says, beside: 'partition-past-header-size' };
}

const DAMAGED_BOOTLOADER = 'Nothing starts: the bootloader is damaged, and the ROM does not start it.';
// ROMs without secure boot print “SHA-256 comparison failed” and may go on: `boot-verdict.ts`.
const UNSURE_BOOTLOADER = {
  partition: null,
  says: 'It is not known whether the board starts: the SHA-256 of its bootloader is wrong, and not every ROM goes on then.',
  unsure: true,
} as const;

/** What starts next; null if it cannot be known. */
export function bootOf(identity: Identity, contents: readonly Content[], esp: EspInspection['esp']): BootState | null {
  const boot = firstObstacle(identity, contents, esp);
  return boot !== null && startsNothing(boot) ? withApps(boot, esp) : boot;
}

/** That nothing starts, with the apps that are in the flash all the same. */
export function withApps(boot: BootState, esp: EspInspection['esp']): BootState {
  const apps = appsIn(esp);
  return apps.length === 0 ? boot : { ...boot, apps };
}

/** The apps that would be started if the table named them and the bootloader took it, by address. */
function appsIn({ loads, apps, table, look }: EspInspection['esp']): KeptApp[] {
  const read = [...loads].map((offset) => {
    const name = table.reading.rows.find((row) => row.offset === offset)?.name ?? '';
    return { ...startPlace({ name, offset }), app: appOnBoard(apps.get(offset)) };
  });
  const found = (look?.proposal?.rows ?? []).flatMap(({ row, app }) =>
    app === undefined || loads.has(row.offset) ? [] : [{ ...startPlace(row), app }],
  );
  return [...read, ...found].toSorted((a, b) => a.address - b.address);
}

function firstObstacle({ chip }: Identity, contents: readonly Content[], esp: EspInspection['esp']): BootState | null {
  const { bootloader, looksEncrypted } = esp;
  if (isBare({ chip }) || readBarrierOf(esp) !== null) return null;
  if (looksEncrypted && esp.security.encryption.on === 'unknown') return null;
  if (bootloader.header === null) {
    const where =
      bootloader.holds === 'blank'
        ? `at ${hex(bootloader.address)}, where the flash is blank (erased)`
        : `where the chip looks for it, at ${hex(bootloader.address)}`;
    const { instead } = insteadOf(bootloader);
    const found = instead === undefined ? '' : `, but ${instead}`;
    return { partition: null, says: `Nothing starts: there is no ${chip} bootloader ${where}${found}.` };
  }
  if (esp.look?.bootloader === 'damaged') return { partition: null, says: DAMAGED_BOOTLOADER };
  const start = startOf(contents, esp);
  return esp.look?.bootloader === 'unsure' && start.partition !== null ? { ...UNSURE_BOOTLOADER } : start;
}

/** What a whole bootloader starts. */
function startOf(contents: readonly Content[], esp: EspInspection['esp']): BootState {
  const { table, prediction, loads } = esp;
  if (table.reading.state === 'blank') return { partition: null, says: BLANK_TABLE };
  if (!table.reading.accepted) {
    const rejects = 'Nothing starts: the bootloader rejects';
    const { says, beside } = refusedTable(esp);
    return {
      partition: null,
      says: `${rejects} ${says}`,
      ...(beside !== undefined && { beside: { kind: beside, says: `${rejects} this partition table.` } }),
    };
  }
  const { boots, fallbacks, why } = prediction;
  if (boots === null) return { partition: null, says: why, ...(prediction.kind === 'unknown' && { unsure: true }) };
  const tried = fallbacks.map((row) =>
    loads.has(row.offset) ? row.name : `${row.name} (${whyNot(row, contents, esp)})`,
  );
  const next =
    tried.length === 0
      ? 'There is no other app to fall back on.'
      : `If it does not load, the bootloader tries ${tried.join(', then ')}.`;
  return { partition: startPlace(boots), says: [why, next, ...knownOf(esp)].join(' ') };
}

/** How far the apps were read or verified, as sentences; nothing is said of those that were read whole. */
function knownOf({ table, loads, examined, verified }: EspInspection['esp']): string[] {
  const unread = table.reading.rows.filter(({ offset }) => loads.has(offset) && !examined.has(offset));
  const wrote = unread.filter(({ offset }) => verified.has(offset)).map(({ name }) => name);
  const rest = unread.filter(({ offset }) => !verified.has(offset)).map(({ name }) => name);
  return [
    ...(wrote.length === 0
      ? []
      : [
          `All bytes of ${list(wrote)} were verified, erase unit by erase unit, when ${wrote.length === 1 ? 'it was' : 'they were'} ` +
            'flashed in this session.',
        ]),
    ...(rest.length === 0
      ? []
      : wrote.length + examined.size === 0
        ? ['Only the headers of the apps were read, not all of their bytes.']
        : [`Of ${list(rest)} only the header was read, not all bytes.`]),
  ];
}

/** Why the bootloader does not start what an app partition holds. */
export function whyNot(
  { offset, size }: TableRow,
  contents: readonly Content[],
  { examined, incomplete }: EspInspection['esp'],
): string {
  if (incomplete.has(offset)) return 'incomplete';
  if (size > LARGEST_APP_PARTITION) return 'larger than 16 MiB, from which the bootloader loads nothing';
  const isApp = contents.some(({ address, kind }) => address === offset && kind === 'app');
  if (!isApp) return 'no app in it';
  return examined.has(offset) ? 'its app is damaged' : 'its app is for another chip';
}
