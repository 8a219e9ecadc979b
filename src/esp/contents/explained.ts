/** Contents that are explained rather than edited: an app, otadata, a core dump and the like, from a partition's first bytes. */
import { bytes, hex } from '../../flash/finding.ts';
import type { ExplainedContent, PartitionBytes, PartitionListing } from '../../flash/partition-contents.ts';
import type { AppHead, AppHeader } from '../../formats/app-header.ts';
import { readAppHeader, SEGMENT_HEADER_SIZE, HEADER_SIZE } from '../../formats/app-header.ts';
import { isUnset } from '../../flash/identity.ts';
import { chipWords } from '../../formats/words.ts';
import { hexOf, viewOf } from '../../formats/binary.ts';
import { HASHES } from '../../formats/hashes.ts';
import type { OtaRecord } from '../boot/otadata.ts';
import { blocksIn, hasV1, MOST_V2, V1_SIZE, V2_ALIGNMENT, V2_SIZE } from '../boot/signatures.ts';
import type { TableRow } from '../partitions/table.ts';
import { DATA, TYPE_DATA, TYPE_SECURE_CERT } from '../partitions/types.ts';
import type { Contents } from './contents.ts';
import { recognise } from './contents.ts';
import { explainCoreDump } from './core-dump/explain.ts';
import type { FlashedApp } from './core-dump/explain.ts';
import { explainSecureCert } from './secure-cert/explain.ts';

type Fact = ExplainedContent['facts'][number];

/** How many bytes `recognise` needs of every kind but NVS and file systems, which have their own listings. */
const HEAD = 0x2000;
/** The size of the SHA-256 that an image may end with, in bytes. */
const DIGEST_SIZE = 32;

/**
 * What a partition holds as far as it is explained, `apps` are those beside it in the flash; `unknown` for everything else.
 * Rejects with the `Failure`s of reading.
 */
export async function explain(
  partition: PartitionBytes,
  row: TableRow,
  apps: readonly FlashedApp[],
): Promise<PartitionListing> {
  if (row.type === TYPE_DATA && row.subtype === DATA.coredump) {
    const coreDump = await explainCoreDump(partition, apps);
    if (coreDump !== null) return coreDump;
  }
  if (row.type === TYPE_SECURE_CERT) {
    const secureCert = await explainSecureCert(partition);
    if (secureCert !== null) return secureCert;
  }
  const contents = recognise(await partition.read(0, HEAD), row);
  const facts = contents.kind === 'app' ? await appFacts(contents.head, partition) : factsOf(contents);
  if (facts === null) return { kind: 'unknown' };
  const { format, saves = [] } = NAMED[contents.kind] ?? { format: contents.kind };
  return { kind: 'explained', format, says: contents.says, facts, saves, findings: [] };
}

const NAMED: Partial<Readonly<Record<Contents['kind'], Pick<ExplainedContent, 'format'> & Partial<ExplainedContent>>>> =
  {
    app: { format: 'App' },
    otadata: { format: 'Otadata' },
    phy: { format: 'Radio calibration' },
    'nvs-keys': { format: 'NVS encryption keys' },
    blank: { format: 'Blank' },
  };

/** Null for what has no explanation. */
function factsOf(contents: Contents): readonly Fact[] | null {
  switch (contents.kind) {
    case 'otadata':
      return contents.records.flatMap((record, i) => recordFacts(record, i, contents.active === i));
    case 'phy':
    case 'nvs-keys':
    case 'blank':
      return [];
    default:
      return null;
  }
}

function recordFacts(record: OtaRecord, index: number, active: boolean): Fact[] {
  const entry = `Entry ${index + 1}`;
  return [
    { name: entry, value: `${record.says}${active ? ' The bootloader uses it.' : ''}` },
    { name: `${entry}, CRC`, value: `${hex(record.crc.stored)}, computed ${hex(record.crc.computed)}` },
  ];
}

async function appFacts({ header, description }: AppHead, partition: PartitionBytes): Promise<readonly Fact[]> {
  const { flashSize, frequency, spiMode, revision } = header;
  const about =
    description === null
      ? []
      : [
          { name: 'Project', value: isUnset(description.project) ? 'none' : description.project },
          { name: 'Version', value: description.version === '' ? 'none' : description.version },
          { name: 'Built', value: `${description.date} ${description.time}`.trim() },
          { name: 'ESP-IDF', value: description.idf },
          { name: 'SHA-256 of its ELF file', value: description.elfSha256 },
          { name: 'Secure version', value: String(description.secureVersion) },
        ];
  const link = [
    ...(flashSize.bytes === null ? [] : [bytes(flashSize.bytes)]),
    ...(spiMode.name === null ? [] : [spiMode.name]),
    ...(frequency.mhz === null ? [] : [`${frequency.mhz} MHz`]),
  ];
  return [
    ...about,
    { name: 'Chip', value: chipWords(header).replace(/^the /, '') },
    { name: 'Smallest chip revision', value: `v${Math.floor(revision.minFull / 100)}.${revision.minFull % 100}` },
    { name: 'Flash in its header', value: link.join(', ') },
    { name: 'Entry point', value: hex(header.entry) },
    { name: 'Digest', value: header.hashAppended ? 'SHA-256 behind its segments' : 'none' },
    ...(await placedFacts(header, partition)),
  ];
}

/** Where the segments of an image are loaded, and what signs it; what could be read. */
async function placedFacts({ hashAppended }: AppHeader, partition: PartitionBytes): Promise<readonly Fact[]> {
  const header = readAppHeader(await partition.read(0, HEADER_SIZE));
  const count = Math.min(header?.segmentCount ?? 0, 16);
  const facts: Fact[] = [];
  let at = HEADER_SIZE;
  for (let i = 0; i < count; i++) {
    const own = await partition.read(at, SEGMENT_HEADER_SIZE);
    if (own.length < SEGMENT_HEADER_SIZE) return facts;
    const [load, size] = [viewOf(own).getUint32(0, true), viewOf(own).getUint32(4, true)];
    if (at + SEGMENT_HEADER_SIZE + size > partition.size) return facts;
    facts.push({ name: `Segment ${i + 1}`, value: `${bytes(size)} for ${hex(load)}` });
    at += SEGMENT_HEADER_SIZE + size;
  }
  // A checksum fills up the last 16 bytes, and a digest may follow.
  const end = Math.floor(at / 16) * 16 + 16 + (hashAppended ? DIGEST_SIZE : 0);
  return [...facts, ...(await signatureFacts(end, partition))];
}

async function signatureFacts(end: number, partition: PartitionBytes): Promise<readonly Fact[]> {
  const at = Math.ceil(end / V2_ALIGNMENT) * V2_ALIGNMENT;
  const readable = (from: number, size: number) =>
    partition.read(Math.min(from, partition.size), Math.min(size, Math.max(0, partition.size - from)));
  const blocks = blocksIn(await readable(at, MOST_V2 * V2_SIZE));
  if (blocks.length === 0) {
    const value = hasV1(await readable(end, V1_SIZE), 0) ? `Secure Boot v1, at ${hex(end)}` : 'none';
    return [{ name: 'Signature', value }];
  }
  return blocks.map(({ scheme, crcRight, key }, i) => {
    const digest = key === null ? 'of an unknown curve' : hexOf(HASHES.sha256(key));
    const crc = crcRight ? 'its CRC is correct' : 'its CRC is wrong, so the chip does not accept it';
    const value = `Secure Boot v2, ${scheme}, at ${hex(at + i * V2_SIZE)}: ${crc}. SHA-256 of its key: ${digest}`;
    return { name: `Signature block ${i + 1}`, value };
  });
}
