/** Reads whole Espressif app images: header, segments, checksum, SHA-256 and description, each defect with its place. */
import type { Finding, Place, Values } from '../flash/finding.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { Hashes } from '../flash/hash.ts';
import type { AppDescription, AppHeader } from './app-header.ts';
import {
  CHECKSUM_SEED,
  checksumOver,
  HEADER_SIZE,
  IMAGE_MAGIC,
  MAX_SEGMENTS,
  readAppDescription,
  readAppHeader,
  SEGMENT_HEADER_SIZE,
} from './app-header.ts';
import { hexOf, isFilledWith, sameBytes, viewOf } from './binary.ts';
import { appImageFinding } from './findings.ts';
import type { AppImageKind } from './findings.ts';
import { looksLike } from './not-firmware.ts';

/** Where the bytes came from, so that findings can name a place: a file, or an address on a device. */
export type ImageSource =
  | { readonly in: 'file'; readonly name: string }
  | { readonly in: 'flash'; readonly region: string; readonly address: number };

/** One segment: the offset of its data in the image, where it is loaded or mapped, and its size in bytes. */
export interface AppSegment {
  readonly offset: number;
  readonly loadAddress: number;
  readonly length: number;
}

/** An app image or a bootloader; fields that the bytes do not reach are null, as are all of an ESP8266's. */
export interface AppImage {
  readonly header: AppHeader;
  /** The segments whose headers could be read and whose lengths are possible. */
  readonly segments: readonly AppSegment[];
  /** The offset after the last segment; null if the segments could not be followed to the end. */
  readonly dataEnd: number | null;
  /** The XOR checksum over the segments' data. */
  readonly checksum: { readonly stored: number; readonly computed: number; readonly ok: boolean } | null;
  /** The SHA-256 (hex) over everything before it; nulls if none is appended or it is cut off. */
  readonly sha256: {
    readonly appended: boolean;
    readonly stored: string | null;
    readonly computed: string | null;
    readonly ok: boolean | null;
  };
  /** The size in bytes of the whole image, checksum and hash included. */
  readonly length: number | null;
  readonly description: AppDescription | null;
  /** A hint: apps carry a description since ESP-IDF 3.3, bootloaders do not. */
  readonly isBootloader: boolean;
  /** Whether nothing was found that makes a bootloader reject it. */
  readonly loads: boolean;
}

/** The result of reading bytes as an app image; `why` is the sentence of the one finding. */
export type AppImageResult =
  | { readonly kind: 'image'; readonly image: AppImage; readonly findings: readonly Finding[] }
  | { readonly kind: 'not-an-image'; readonly why: string; readonly findings: readonly Finding[] };

type Report = (kind: AppImageKind, offset: number, size: number, values?: Values) => Finding;

// ESP-IDF's esp_image_format.c, verify_segment_header.
const SEGMENT_LIMIT = 0x1000000;
const SHA256_SIZE = 32;

function reporter(source: ImageSource): Report {
  return (kind, offset, size, values = {}) => {
    const place: Place =
      source.in === 'file'
        ? { in: 'file', name: source.name, offset }
        : { in: 'flash', range: { region: source.region, address: source.address + offset, size } };
    return appImageFinding(kind, place, values);
  };
}

function notAnImage(data: Uint8Array, report: Report): AppImageResult {
  const first = data[0];
  const finding =
    first === undefined
      ? report('image-empty', 0, 0)
      : first === IMAGE_MAGIC
        ? report('image-header-cut-short', 0, data.length, { have: data.length, need: HEADER_SIZE })
        : report('image-wrong-magic', 0, 1, {
            found: hex(first),
            expected: hex(IMAGE_MAGIC),
            looks: looksLike(data).says,
          });
  return { kind: 'not-an-image', why: finding.says, findings: [finding] };
}

interface Walk {
  readonly segments: readonly AppSegment[];
  readonly dataEnd: number | null;
  readonly findings: readonly Finding[];
}

function walkSegments(data: Uint8Array, count: number, report: Report): Walk {
  const view = viewOf(data);
  const segments: AppSegment[] = [];
  const findings: Finding[] = [];
  const cutShort = (end: number): void => {
    findings.push(report('image-truncated', data.length, 0, { missing: `at least ${bytes(end - data.length)}` }));
  };
  let at = HEADER_SIZE;
  for (let i = 0; i < count; i++) {
    const offset = at + SEGMENT_HEADER_SIZE;
    if (offset > data.length) {
      cutShort(offset);
      return { segments, dataEnd: null, findings };
    }
    const length = view.getUint32(at + 4, true);
    if (length % 4 !== 0 || length >= SEGMENT_LIMIT) {
      const rule = `a multiple of 4 below ${bytes(SEGMENT_LIMIT)}`;
      findings.push(
        report('image-segment-length', at, SEGMENT_HEADER_SIZE, { segment: i, length: bytes(length), rule }),
      );
      return { segments, dataEnd: null, findings };
    }
    segments.push({ offset, loadAddress: view.getUint32(at, true), length });
    at = offset + length;
    if (at > data.length) {
      const values = { segment: i, offset: hex(offset), length: bytes(length), have: bytes(data.length - offset) };
      findings.push(report('image-segment-past-end', at - length, data.length - offset, values));
      if (i + 1 < count) {
        cutShort(at);
        return { segments, dataEnd: null, findings };
      }
    }
  }
  return { segments, dataEnd: at, findings };
}

/** The offset of the checksum: the last byte of a 16-byte line, at least one byte after the data. */
function checksumPlace(dataEnd: number): number {
  return Math.floor(dataEnd / 16) * 16 + 15;
}

function checkChecksum(
  data: Uint8Array,
  { segments, dataEnd }: Walk,
  report: Report,
  findings: Finding[],
): AppImage['checksum'] {
  const at = dataEnd === null ? Infinity : checksumPlace(dataEnd);
  const stored = data[at];
  if (stored === undefined) return null;
  const computed = segments.reduce(
    (sum, { offset, length }) => checksumOver(data.subarray(offset, offset + length), sum),
    CHECKSUM_SEED,
  );
  const ok = stored === computed;
  if (!ok) findings.push(report('image-checksum-wrong', at, 1, { stored: hex(stored), computed: hex(computed) }));
  return { stored, computed, ok };
}

function checkHash(
  data: Uint8Array,
  at: number | null,
  appended: boolean,
  hashes: Hashes,
): { readonly result: AppImage['sha256']; readonly wrong: boolean } {
  if (!appended || at === null || at + SHA256_SIZE > data.length) {
    return { result: { appended, stored: null, computed: null, ok: null }, wrong: false };
  }
  const stored = data.subarray(at, at + SHA256_SIZE);
  const computed = hashes.sha256(data.subarray(0, at));
  const ok = sameBytes(stored, computed);
  return { result: { appended, stored: hexOf(stored), computed: hexOf(computed), ok }, wrong: !ok };
}

/** An ESP8266's image: only its header is read, because no other chip starts it and that chip's loader checks nothing. */
function withoutParts(header: AppHeader): AppImage {
  const sha256 = { appended: false, stored: null, computed: null, ok: null };
  const unread = { segments: [], dataEnd: null, checksum: null, sha256, length: null, description: null };
  return { header, ...unread, isBootloader: false, loads: true };
}

/**
 * Reads an app image from its first byte on. Bytes after the image are noted in a file; in flash they are what the
 * partition held before, and are not reported. Never throws: every defect is a finding.
 */
export function readAppImage(data: Uint8Array, hashes: Hashes, source: ImageSource): AppImageResult {
  const report = reporter(source);
  const header = readAppHeader(data);
  if (header === null) return notAnImage(data, report);

  if (header.chip.id === null) return { kind: 'image', image: withoutParts(header), findings: [] };

  const findings: Finding[] = [];
  const count = header.segmentCount;
  if (header.chip.name === null) findings.push(report('image-chip-unknown', 12, 2, { chip: header.chip.id }));
  if (header.flashSize.bytes === null) {
    findings.push(report('image-flash-size-unknown', 3, 1, { code: header.flashSize.code }));
  }
  if (count === 0) findings.push(report('image-no-segments', 1, 1));
  if (count > MAX_SEGMENTS) findings.push(report('image-too-many-segments', 1, 1, { count, limit: MAX_SEGMENTS }));
  const walk: Walk =
    count === 0 || count > MAX_SEGMENTS
      ? { segments: [], dataEnd: null, findings: [] }
      : walkSegments(data, count, report);
  findings.push(...walk.findings);

  const hashAt = walk.dataEnd === null ? null : checksumPlace(walk.dataEnd) + 1;
  const length = hashAt === null ? null : hashAt + (header.hashAppended ? SHA256_SIZE : 0);
  if (length !== null && length > data.length) {
    findings.push(report('image-truncated', data.length, 0, { missing: bytes(length - data.length) }));
  }
  const checksum = checkChecksum(data, walk, report, findings);
  const description = readAppDescription(data);
  const isBootloader = description === null;
  const { result: sha256, wrong } = checkHash(data, hashAt, header.hashAppended, hashes);
  if (wrong && hashAt !== null) {
    const values = { stored: sha256.stored ?? '', computed: sha256.computed ?? '' };
    findings.push(report(isBootloader ? 'bootloader-hash-wrong' : 'image-hash-wrong', hashAt, SHA256_SIZE, values));
  }
  const loads = findings.every((finding) => finding.verdict !== 'problem');
  if (length !== null && length < data.length && source.in === 'file') {
    const what = isFilledWith(data.subarray(length), 0xff) ? ' of padding (all FF)' : '';
    findings.push(report('image-trailing', length, data.length - length, { size: bytes(data.length - length), what }));
  }
  const { segments, dataEnd } = walk;
  const image: AppImage = { header, segments, dataEnd, checksum, sha256, length, description, isBootloader, loads };
  return { kind: 'image', image, findings };
}
