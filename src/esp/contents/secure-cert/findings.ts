/** What is damaged or remarkable in an `esp_secure_cert` partition, and what esp_secure_cert_mgr does about it. */
import type { FindingKind, Place } from '../../../flash/finding.ts';
import { findings } from '../../../flash/finding.ts';

/** The register. `at` is an offset in the partition in hex; never a byte of an entry. */
export const SECURE_CERT_FINDINGS = {
  'secure-cert-crc': {
    verdict: 'problem',
    says: (v) =>
      `The CRC of ${v['what']} at ${v['at']} is ${v['stored']}, but its bytes give ${v['computed']}: esp_secure_cert_mgr returns an error for it.`,
    next: 'Restore a backup of this partition, or flash the image again that it was made from.',
  },
  'secure-cert-cut': {
    verdict: 'problem',
    says: (v) =>
      `${v['what']} at ${v['at']} would end at ${v['end']}, and the partition ends at ${v['has']}. Nothing behind it was read.`,
    next: 'Restore a backup of this partition, or flash the image again that it was made from.',
  },
  'secure-cert-plain-key': {
    verdict: 'note',
    says: (v) =>
      `The private key at ${v['at']} is not encrypted: everyone who can read this flash has it. A backup of this partition contains it too.`,
  },
} as const satisfies Record<string, FindingKind>;

/** Makes a finding in an `esp_secure_cert` partition. */
export const secureCertFinding = findings(SECURE_CERT_FINDINGS);

/** An offset in the partition as a place; in bytes. */
export function placeAt(offset: number): Place {
  return { in: 'file', name: 'esp_secure_cert', offset };
}
