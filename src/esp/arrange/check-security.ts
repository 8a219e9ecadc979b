/** Refusals and questions about files because of secure boot, flash encryption or a locked loader. */
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import { segmentRange } from '../../flash/image.ts';
import { overlaps } from '../../flash/map.ts';
import type { AppImage } from '../../formats/app-image.ts';
import type { Security } from '../board/security.ts';
import { hasV1, hasV2, V2_ALIGNMENT } from '../boot/signatures.ts';
import { checksSignatures, readBarrierOf } from '../board/read-access.ts';
import { isCiphertext } from './ciphertext.ts';
import type { EspArranged } from './arrange.ts';
import type { ArrangeContext } from './context.ts';
import type { EspPlaced } from './placed.ts';
import { refuseProtection } from './refusals.protections.ts';
import { lowestAddress } from './setting-segments.ts';
import { inFile, shown } from '../../formats/words.ts';

/** Every refusal and question because of secure boot, flash encryption or a locked loader. */
export function checkSecurity(arranged: EspArranged): Refusal[] {
  const { placed, context } = arranged;
  return [
    ...placed.flatMap((placement) => [...checkSigned(placement, context), ...checkCiphertext(placement)]),
    ...checkPlain(arranged),
    ...checkUnseen(placed, context),
  ];
}

function checkSigned({ file, what, choice, segments }: EspPlaced, { board }: ArrangeContext): Refusal[] {
  const { secureBoot } = board.esp.security;
  if (!checksSignatures(board.esp.security)) return [];
  const limit = lowestAddress(board);
  const low = segments.find(({ address }) => address < limit);
  if (low !== undefined) {
    const values = { file: shown(file), address: hex(low.address), limit: hex(limit) };
    return [refuseProtection('secure-boot-low', inFile(file), values)];
  }
  const apps =
    what.is === 'merged'
      ? what.merged.parts.filter(({ kind }) => kind === 'app')
      : what.is === 'image' && choice !== null
        ? [{ data: file.data, image: what.image }]
        : [];
  const unsigned = apps.some(({ data, image }) => image !== null && !isSigned(data, image, secureBoot));
  const version = secureBoot === 'on' ? '' : `of version ${secureBoot.slice(1)} `;
  return unsigned ? [refuseProtection('app-unsigned', inFile(file), { file: shown(file), version })] : [];
}

/**
 * Whether an image is followed by a signature of the version that the chip requires, or of any version if that is unknown.
 * Only the chip can tell whether the signature is valid.
 */
function isSigned(data: Uint8Array, image: AppImage, kind: Security['secureBoot']): boolean {
  const { length } = image;
  if (length === null) return false;
  return (
    (kind !== 'v1' && hasV2(data, Math.ceil(length / V2_ALIGNMENT) * V2_ALIGNMENT)) ||
    (kind !== 'v2' && hasV1(data, length))
  );
}

function checkCiphertext({ file, choice }: EspPlaced): Refusal[] {
  if (!isCiphertext(choice)) return [];
  const place = { in: 'flash', range: choice } as const;
  const values = { file: shown(file), address: hex(choice.address) };
  return file.at === undefined || file.at === choice.address
    ? [refuseProtection('ciphertext-placed', place, values)]
    : [refuseProtection('ciphertext-moved', place, { ...values, own: hex(file.at) })];
}

/** Unencrypted files where the chip decrypts: refused, or encrypted by the chip after one consent for all of them. */
function checkPlain({ placed, context, layout }: EspArranged): Refusal[] {
  const { manual } = context.board.esp.security.encryption;
  const { ciphered } = layout;
  const plain = placed.flatMap(({ file, segments }) => {
    const met = segments.find((segment) => ciphered.some((range) => overlaps(range, segmentRange(segment))));
    return met === undefined ? [] : [{ file, met }];
  });
  if (manual === 'disabled') {
    return plain.map(({ file, met }) =>
      refuseProtection('plain-on-encrypted', inFile(file), { file: shown(file), address: hex(met.address) }),
    );
  }
  if (plain.length === 0) return [];
  const files = plain.map(({ file }) => shown(file)).join(', ');
  return [refuseProtection(manual === 'allowed' ? 'chip-encrypts' : 'chip-may-encrypt', { in: 'device' }, { files })];
}

function checkUnseen(placed: readonly EspPlaced[], { board }: ArrangeContext): Refusal[] {
  if (readBarrierOf(board.esp) === null) return [];
  return placed.flatMap(({ file, what: { is }, choice }) => {
    const writes =
      choice !== null &&
      choice.place !== 'table-known' &&
      choice.place !== 'data' &&
      (is === 'table' || is === 'merged');
    return writes ? [refuseProtection('table-unseen', inFile(file), { file: shown(file) })] : [];
  });
}
