/** Contents that are not on the board: a dropped file, or a partition in a backup. */
import type { ContentEdit, OpenedPartition, StoredBytes, StoredEdit } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { IMAGE_MAGIC } from '../../formats/app-header.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import type { TableRow } from '../partitions/table.ts';
import { DATA, subtypeNumber, TYPE_APP, TYPE_DATA, TYPE_SECURE_CERT, typeNumber } from '../partitions/types.ts';
import { recognise } from './contents.ts';
import { explain } from './explained.ts';
import { openedIn } from './formats.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import { noFile } from './refusals.ts';
import { changesOf, editImage } from './rewrite.ts';

/** What a file may be of, beside what shows itself: a core dump and certificates are looked for only in their own partitions. */
const KINDS: readonly (readonly [number, number])[] = [
  [TYPE_DATA, DATA.undefined],
  [TYPE_DATA, DATA.coredump],
  [TYPE_SECURE_CERT, 0],
  [TYPE_DATA, DATA.nvsKeys],
];

/** The port's `openStored` for Espressif boards. */
export async function openEspStored({ bytes, type, keys }: StoredBytes, yieldNow?: YieldNow): Promise<OpenedPartition> {
  const row = await rowOfStored(type, bytes);
  const found = await openedIn(bytes, row, { keys, ...(yieldNow !== undefined && { yieldNow }) });
  if (found !== null) return found.opened;
  const ota = type === null && (await isOtadata(bytes, row)) ? [[TYPE_DATA, DATA.ota] as const] : [];
  const kinds = type === null && row.type !== TYPE_APP ? [...ota, ...KINDS] : [[row.type, row.subtype] as const];
  for (const [kind, subtype] of kinds) {
    const listing = await explain(bytes, { ...row, type: kind, subtype }, []);
    if (listing.kind !== 'unknown') return { listing, readFile: noFile };
  }
  return { listing: { kind: 'unknown' }, readFile: noFile };
}

/** Whether a file holds a record that selects an app: every file of that size could be otadata. */
async function isOtadata(bytes: StoredBytes['bytes'], row: TableRow): Promise<boolean> {
  if (bytes.size !== OTADATA_SIZE) return false;
  const contents = recognise(await bytes.read(0, bytes.size), { ...row, type: TYPE_DATA, subtype: DATA.ota });
  return contents.kind === 'otadata' && contents.active !== null;
}

/** The port's `editStored` for Espressif boards. */
export async function editEspStored(
  { data, type, keys }: Omit<StoredBytes, 'bytes'> & { readonly data: Uint8Array },
  edits: readonly ContentEdit[],
  yieldNow: YieldNow,
): Promise<StoredEdit> {
  const { result } = await editImage(data, edits, await rowOfStored(type, imageBytes(data)), { keys, yieldNow });
  return 'refusal' in result ? result : { data: result.data, changes: changesOf(edits) };
}

/** The row of a table that these bytes could be of. */
export async function rowOfStored(words: string | null, bytes: StoredBytes['bytes']): Promise<TableRow> {
  const [typeWord = '', subtypeWord = ''] = (words ?? '').split(', ');
  const [first] = words === null ? await bytes.read(0, Math.min(1, bytes.size)) : [];
  const type = first === IMAGE_MAGIC ? TYPE_APP : (typeNumber(typeWord) ?? TYPE_DATA);
  const subtype = subtypeNumber(type, subtypeWord) ?? (type === TYPE_DATA ? DATA.undefined : 0);
  const flags = { encrypted: false, readonly: false, otherFlags: 0 };
  return { name: '', type, subtype, offset: 0, size: bytes.size, address: 0, ...flags };
}
