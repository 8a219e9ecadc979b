/**
 * Explains an `esp_secure_cert` partition: which entries it has and how its key is kept, never a byte of one. The TLV format of
 * esp_secure_cert_mgr (docs/format.md, esp_secure_cert_tlv_private.h); its older formats have no magic.
 */
import { capital, list } from '../../../flash/english.ts';
import type { Finding } from '../../../flash/finding.ts';
import { bytes, hex } from '../../../flash/finding.ts';
import type { ExplainedContent, PartitionBytes } from '../../../flash/partition-contents.ts';
import { viewOf } from '../../../formats/binary.ts';
import { romCrc32 } from '../../../formats/crc32.ts';
import { placeAt, secureCertFinding } from './findings.ts';
import { formOf, keyFormOf } from './forms.ts';

const MAGIC = 0xba5eba11;
const HEADER_SIZE = 12;
const CRC_SIZE = 4;
/** Data is filled up to a multiple of this, because encrypted flash is written in blocks of 16 bytes. */
const UNIT = 16;
/** The library's offsets have 16 bits. */
const MOST_BYTES = 0x10000;
/** The most entries that are listed: a partition has a handful. */
const MOST_ENTRIES = 64;

const CA_CERTIFICATE = 0;
const DEVICE_CERTIFICATE = 1;
const PRIVATE_KEY = 2;

/** The types of entries (`esp_secure_cert_tlv_type_t`), as phrases within a sentence. */
const TYPES: Readonly<Record<number, string>> = {
  [CA_CERTIFICATE]: 'the CA certificate',
  [DEVICE_CERTIFICATE]: 'the device certificate',
  [PRIVATE_KEY]: 'the private key',
  3: 'the encrypted RSA key of the DS peripheral',
  4: 'the context of the DS peripheral',
  5: 'the salt of the derived ECDSA key',
  6: 'the security configuration',
  7: 'the key of the TEE secure storage',
  8: 'the signature block',
  9: 'the integrity data',
  201: 'Matter data 1',
  202: 'Matter data 2',
};
const FIRST_USER_DATA = 51;
const LAST_USER_DATA = 55;

/** An entry without its bytes; `at` is its offset in the partition. */
interface Entry {
  readonly at: number;
  readonly type: number;
  readonly subtype: number;
  readonly flags: number;
  readonly data: Uint8Array;
}

/** Explains an `esp_secure_cert` partition; null if it does not begin with an entry. Rejects with the `Failure`s of reading. */
export async function explainSecureCert(partition: PartitionBytes): Promise<ExplainedContent | null> {
  const data = await partition.read(0, Math.min(partition.size, MOST_BYTES));
  const view = viewOf(data);
  const entries: Entry[] = [];
  const findings: Finding[] = [];
  let at = 0;
  while (at + HEADER_SIZE <= data.length && view.getUint32(at, true) === MAGIC && entries.length < MOST_ENTRIES) {
    const [flags, type, subtype] = [view.getUint8(at + 4), view.getUint8(at + 8), view.getUint8(at + 9)];
    const size = view.getUint16(at + 10, true);
    const crcAt = at + HEADER_SIZE + Math.ceil(size / UNIT) * UNIT;
    const what = whatIs(type, subtype);
    if (crcAt + CRC_SIZE > data.length) {
      const values = { what: asHeading(what), at: hex(at), end: hex(crcAt + CRC_SIZE), has: hex(data.length) };
      findings.push(secureCertFinding('secure-cert-cut', placeAt(at), values));
      break;
    }
    const entry = { at, type, subtype, flags, data: data.subarray(at + HEADER_SIZE, at + HEADER_SIZE + size) };
    const [stored, computed] = [view.getUint32(crcAt, true), romCrc32(data.subarray(at, crcAt))];
    if (stored !== computed) {
      const values = { what, at: hex(at), stored: hex(stored), computed: hex(computed) };
      findings.push(secureCertFinding('secure-cert-crc', placeAt(at), values));
    }
    if (type === PRIVATE_KEY && keeping(flags) === null)
      findings.push(secureCertFinding('secure-cert-plain-key', placeAt(at), { at: hex(at) }));
    entries.push(entry);
    at = crcAt + CRC_SIZE;
  }
  if (entries.length === 0 && findings.length === 0) return null;
  const names = entries.map(({ type, subtype }) => whatIs(type, subtype));
  return {
    kind: 'explained',
    format: 'esp_secure_cert',
    says: names.length === 0 ? 'A damaged esp_secure_cert partition.' : `esp_secure_cert with ${list(names)}.`,
    facts: entries.map((entry) => ({ name: asHeading(whatIs(entry.type, entry.subtype)), value: aboutEntry(entry) })),
    saves: [],
    findings,
  };
}

/** What an entry is; those of the same type are told apart by their subtype. */
function whatIs(type: number, subtype: number): string {
  const user = type >= FIRST_USER_DATA && type <= LAST_USER_DATA ? `user data ${type - FIRST_USER_DATA + 1}` : null;
  const name = TYPES[type] ?? user ?? `data of type ${type}`;
  return subtype === 0 ? name : `${name} (subtype ${subtype})`;
}

function asHeading(text: string): string {
  return capital(text.replace(/^the /, ''));
}

/** How an entry is protected, from its flags; null if its bytes stand there as they are. */
function keeping(flags: number): string | null {
  if (flags >> 6 === 2) return 'encrypted with a key that is derived from an HMAC key in eFuse';
  if (flags >> 6 === 1) return 'derived from an HMAC key in eFuse and the salt, not stored';
  return ((flags >> 3) & 7) === 1 ? 'in an eFuse key block for the ECDSA peripheral, not stored' : null;
}

function aboutEntry({ type, flags, data, at }: Entry): string {
  const kept = keeping(flags);
  const form = kept !== null ? kept : type === PRIVATE_KEY ? keyFormOf(data) : certificateForm(type, data);
  return `${bytes(data.length)} at ${hex(at)}${form === null ? '' : `, ${form}`}`;
}

function certificateForm(type: number, data: Uint8Array): string | null {
  return type === CA_CERTIFICATE || type === DEVICE_CERTIFICATE ? formOf(data) : null;
}
