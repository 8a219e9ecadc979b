/** Test support: damaged `esp_secure_cert` partitions, for each finding about them. Nothing of the app imports it. */
import { explainSecureCert } from '../../esp/contents/secure-cert/explain.ts';
import { buildSecureCert } from '../../virtual-boards/esp/firmware/secure-cert.ts';
import { countedBytes } from '../contents/littlefs-vectors.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';

const CERTIFICATE = { type: 1, data: new TextEncoder().encode('-----BEGIN CERTIFICATE-----\n') };
const KEY = { type: 2, data: Uint8Array.from([0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20]) };
const SOUND = buildSecureCert([CERTIFICATE, { ...KEY, flags: 0x80 }]);

function rule(kind: string, partition: Uint8Array): RuleCase {
  const reported = async (image: Uint8Array): Promise<readonly string[]> =>
    kindsOf((await explainSecureCert(countedBytes(image)))?.findings ?? []);
  return { kind, image: () => partition, broken: () => reported(partition), mended: () => reported(SOUND) };
}

/** Every finding about an `esp_secure_cert` partition. */
export const SECURE_CERT_CASES: readonly RuleCase[] = [
  rule('secure-cert-crc', patched(SOUND, 12, 0)),
  rule('secure-cert-cut', patched(SOUND, 10, 0xff, 0xff)),
  rule('secure-cert-plain-key', buildSecureCert([CERTIFICATE, KEY])),
];
