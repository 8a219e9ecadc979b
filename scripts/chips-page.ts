/** The page about the chips, generated from their data so that the two cannot differ. */
import { CHIPS } from '../src/formats/chips/catalogue.ts';
import type { Chip, Field } from '../src/formats/chips/chip.ts';

const hex = (value: number, digits = 1): string => `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;
const yes = (value: boolean | null): string => (value === null ? 'unknown' : value ? 'yes' : 'no');

const USB = { 'serial-jtag': 'USB-Serial/JTAG', otg: 'USB-OTG' } as const;
const INFO = { none: 'no', 'without-chip-id': 'yes, without the chip id', full: 'yes' } as const;

/** The text of `docs/chips.md`. */
export function chipsPage(): string {
  return [
    '# Chips',
    '',
    'Generated from `src/formats/chips/` by `node scripts/run.mjs scripts/chips.ts`; a test fails if this page is stale.',
    'A chip is one file and one line in `catalogue.ts`. "unknown" means that no source gives the value.',
    '',
    ...table(
      ['chip', 'image id', 'bootloader', 'flash clocks (MHz by code)', 'UF2 family', 'own USB (0x303A:…)'],
      CHIPS.map((chip) => [
        chip.name,
        chip.imageId === null ? 'none' : String(chip.imageId),
        chip.bootloader === null ? 'none' : hex(chip.bootloader),
        Object.entries(chip.frequencies)
          .map(([code, mhz]) => `${mhz} (${hex(Number(code))})`)
          .join(', '),
        chip.uf2Family === null ? 'unknown' : hex(chip.uf2Family, 8),
        chip.usb.map((usb) => `${USB[usb.is]} ${hex(usb.product, 4)}`).join(', ') || 'none',
      ]),
    ),
    '',
    '## Loaders',
    '',
    ...table(
      [
        'chip',
        'stub',
        'stub encrypts',
        'FLASH_BEGIN words',
        'ROM inflates exactly',
        'ROM’s digest',
        'ROM sets exact baud rate',
        'security info',
        'Secure Download Mode',
      ],
      CHIPS.map((chip) => [
        chip.name,
        stub(chip),
        yes(chip.stubEncrypts),
        String(chip.rom.beginWords),
        yes(chip.rom.unpacks),
        chip.rom.md5 ?? 'none',
        yes(chip.rom.keepsRate),
        INFO[chip.securityInfo],
        yes(chip.secureDownload),
      ]),
    ),
    '',
    ...CHIPS.flatMap(section),
  ].join('\n');
}

function section(chip: Chip): string[] {
  const { security, revision, restart } = chip;
  const fields: readonly (readonly [string, Field | null | undefined])[] = [
    ['flash-encryption counter', security?.encryptionCount],
    ['manual encryption off', security?.manualEncryptionOff],
    ['secure boot v1', security?.secureBootV1],
    ['secure boot v2', security?.secureBootV2?.field],
    ['JTAG off', security?.jtagOff],
    ...(security?.keyPurposes ?? []).map((field, block) => [`purpose of key ${block}`, field] as const),
    ...(revision?.major ?? []).map((field) => ['major revision', field] as const),
    ...(revision?.minor ?? []).map((field) => ['minor revision', field] as const),
  ];
  const known = fields.flatMap(([name, field]) => (field === null || field === undefined ? [] : [{ name, field }]));
  const by = chip.usb.length === 0 ? [] : [`- Restart over its own USB: ${restarts(chip)}`];
  return [
    `## ${chip.name}`,
    '',
    `- Flash sizes: ${chip.sizes.map((size) => `${size.name} (${hex(size.code)})`).join(', ')}.`,
    ...by,
    ...(restart.superWatchdog === null
      ? []
      : [`- Super watchdog: automatic feeding is enabled at ${hex(restart.superWatchdog.config)}.`]),
    ...(chip.rom.unusable === null ? [] : [`- Nothing is written without the stub: ${chip.rom.unusable}.`]),
    ...chip.quirks.map((quirk) => `- ${quirk}`),
    ...(revision === null ? ['- Revision: no fuse known.'] : []),
    ...(known.length === 0 ? [] : ['', ...table(['fuse', 'register', 'bits'], known.map(row))]),
    '',
    `Sources: ${chip.sources.join('; ')}.`,
    '',
  ];
}

function restarts({ restart }: Chip): string {
  const { watchdog } = restart;
  if (watchdog === null) return 'by RTS; its watchdog is unknown.';
  if (!watchdog.restarts) return `by RTS only; its watchdog is at ${hex(watchdog.config)}.`;
  return `by RTS, or by the watchdog at ${hex(watchdog.config)} if RTS leads back into the loader.`;
}

function stub({ stubFrom }: Chip): string {
  if (stubFrom === null) return 'none bundled';
  return stubFrom === 0 ? 'yes' : `from v${Math.floor(stubFrom / 100)}.${stubFrom % 100}`;
}

function row({ name, field: { register, bit, width } }: { name: string; field: Field }): string[] {
  return [name, hex(register, 8), width === 1 ? String(bit) : `${bit}–${bit + width - 1}`];
}

/** A Markdown table, padded as Prettier pads it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, i) => Math.max(3, name.length, ...rows.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}
