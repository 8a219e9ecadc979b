/** Names of chips as tools write them. */

/** Whether two names mean the same chip: `esp32s3` and `ESP32-S3` do. */
export function sameChip(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** A chip's name as Espressif writes it: `esp32s3` becomes `ESP32-S3`. */
export function chipName(name: string): string {
  return plain(name)
    .toUpperCase()
    .replace(/^(ESP32)(?=[A-Z])/, '$1-');
}
