/** Test support: files that a chip's protection forbids. Nothing of the app imports it. */
import { encrypting, named } from '../esp/placements.ts';
import type { TestIdentity } from '../esp/placements.ts';
import type { Security } from '../../esp/board/security.ts';
import { OPEN } from '../../esp/board/security.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { BrokenPlacement, Drop } from './files-drop.ts';
import { APP, appWith, at, bootloader, disorder, edited, ENCRYPTED, SAME_TABLE, signing, SOUND } from './samples.ts';

type Manual = Security['encryption']['manual'];

/** Files on a board whose flash is encrypted; its table only says where things are. */
const encrypted = (files: readonly DroppedFile[], manual: Manual, chosen: Drop['chosen'] = {}): Drop => ({
  files: [...files, SAME_TABLE],
  chosen: { 'partitions.bin': 'table-known', ...chosen },
  flash: ENCRYPTED,
  identity: { security: encrypting(manual) },
});
const CIPHER = named(
  'cipher.bin',
  edited(new Uint8Array(0x2000), (data) => disorder(data)),
);
const on = (identity: TestIdentity, ...files: readonly DroppedFile[]): Drop => ({ files, identity });
/** An app with a signature block at the next 4 KiB boundary, or directly behind it. */
const signed = (version: 1 | 2): DroppedFile => {
  const { data } = appWith({ size: 0x4000 });
  const long = new Uint8Array(0x6000).fill(0xff);
  long.set(data);
  if (version === 2) long.set([0xe7, 2], Math.ceil(data.length / 0x1000) * 0x1000);
  else long.fill(7, data.length, data.length + 68).fill(0, data.length, data.length + 4);
  return named('x.bin', long);
};

/** Every rule of protected chips with files that break it. */
export const BROKEN_BY_SECURITY: readonly BrokenPlacement[] = [
  {
    title: 'a plain app where the chip encrypts nothing more',
    kinds: ['plain-on-encrypted'],
    says: /^app\.bin is not encrypted, but the chip decrypts everything it reads at 0x20000 and would read garbage\. This chip no longer encrypts during a serial download\./,
    broken: () => encrypted([APP], 'disabled'),
    mended: () => encrypted([APP], 'allowed'),
  },
  {
    title: 'plain files that the chip can encrypt',
    kinds: ['?chip-encrypts'],
    says: /^Flash encryption is on\. The chip can encrypt these files while it writes them: app\.bin, bootloader\.bin\. The result can be neither compared nor verified\./,
    broken: () => encrypted([APP, bootloader(4)], 'allowed'),
    mended: () => ({ files: [APP, bootloader(4)] }),
  },
  {
    title: 'plain files, and nobody knows whether the chip encrypts them',
    kinds: ['?chip-may-encrypt'],
    says: /Flash encryption is on, but this chip does not report whether it can still encrypt during a serial download\. If it cannot, it will read garbage in place of app\.bin, and the board will not start\./,
    broken: () => encrypted([APP], 'unknown'),
    mended: () => encrypted([APP], 'allowed'),
  },
  {
    title: 'ciphertext in a place that a person chose',
    kinds: ['?ciphertext-placed'],
    says: /^cipher\.bin is written unchanged to 0x20000, where the chip decrypts what it reads\. Unless it was encrypted with this chip’s key for exactly this address, the chip reads garbage\./,
    broken: () => encrypted([CIPHER], 'disabled', { 'cipher.bin': 'cipher@131072' }),
    mended: () => encrypted([CIPHER], 'disabled', { 'cipher.bin': 'fs@3670016' }),
  },
  {
    title: 'ciphertext at another address than its own',
    kinds: ['ciphertext-moved'],
    says: /^cipher\.bin is encrypted for 0x20000, the address in its build\. At 0x1D0000 the chip would decrypt it to garbage\./,
    broken: () => encrypted([at(0x20000, CIPHER)], 'disabled', { 'cipher.bin': 'cipher@1900544' }),
    mended: () => encrypted([at(0x1d0000, CIPHER)], 'disabled', { 'cipher.bin': 'cipher@1900544' }),
  },
  {
    title: 'a bootloader under secure boot',
    kinds: ['secure-boot-low'],
    says: /^bootloader\.bin would be written at 0x1000\. Secure boot is on, and a wrong write below 0x8000 makes the board permanently unusable\./,
    broken: () => on({ security: signing('v2') }, bootloader(4)),
    mended: () => on({ security: OPEN }, bootloader(4)),
  },
  {
    title: 'an app without a signature of the second kind',
    kinds: ['?app-unsigned'],
    says: /^Secure boot is on, but no signature of version 2 was found after the app in x\.bin: it would not start\./,
    broken: () => on({ security: signing('v2') }, signed(1)),
    mended: () => on({ security: signing('v2') }, signed(2)),
  },
  {
    title: 'an app without a signature of the first kind',
    kinds: ['?app-unsigned'],
    says: /Secure boot is on, but no signature of version 1 was found after the app in x\.bin: it would not start\./,
    broken: () => on({ security: signing('v1') }, signed(2)),
    mended: () => on({ security: signing('v1') }, signed(1)),
  },
  {
    title: 'an app without any signature in a merged image',
    kinds: ['?app-unsigned', '?data-replaced'],
    says: /Secure boot is on, but no signature was found after the app in m\.bin: it would not start\./,
    broken: () => on({ security: signing('on') }, named('m.bin', SOUND.slice(0x8000))),
    mended: () => on({ security: OPEN }, named('m.bin', SOUND.slice(0x8000))),
  },
  {
    title: 'a partition table over one that nobody has seen',
    kinds: ['?table-unseen'],
    says: /The board’s partition table cannot be read, so Sectorwise cannot tell which partitions partitions\.bin moves or removes\. Their content would be lost\./,
    broken: () => ({ ...on({ locked: true }, SAME_TABLE), chosen: { 'partitions.bin': 'table@32768' } }),
    mended: () => ({ ...on({ locked: true }, SAME_TABLE), chosen: { 'partitions.bin': 'table-known' } }),
  },
];
