/** What no build tool knows: the memory regions of an extended application, for GNU ld, and addresses for C. */
import type { SavedFile } from '../../flash/family.ts';
import { hex } from '../../flash/finding.ts';
import type { AppLayout, BoardProfile } from '../board/profile.ts';

/** The linker files of every layout that a board offers. */
export function linkerFiles(profile: BoardProfile): SavedFile[] {
  return profile.layouts.map((layout) => ({
    name: `${profile.id}-${layout.id}.ld`,
    label: `linker regions, ${lower(layout.name.split(',')[0] ?? '')}`,
    data: linkerText(profile, layout),
  }));
}

/** Memory regions of one layout and, where there is an extension, the section that fills it. */
export function linkerText(profile: BoardProfile, layout: AppLayout): string {
  const width = Math.max(...layout.pieces.map(({ linker }) => linker.length));
  const memory = layout.pieces.map(({ linker, access, address, size }) => {
    const name = `${linker.padEnd(width)} (${access})`;
    return `  ${name} : ORIGIN = ${hex(address).padEnd(10)}, LENGTH = ${size / 1024}K`;
  });
  const extension = layout.pieces.find(({ linker }) => linker === 'EXT_FLASH');
  return [
    `/* ${profile.name}: ${layout.name}.`,
    `   ${sentence(layout.why)}`,
    '   Made by Sectorwise. INCLUDE it in a linker script, or give it to ld with -T beside one that has no region of',
    '   these names. */',
    '',
    'MEMORY',
    '{',
    ...memory,
    '}',
    ...(extension === undefined ? [] : extensionSection(extension.linker)),
    '',
  ].join('\n');
}

/** The header must be the first thing in the sector: docs/extension.md. */
function extensionSection(region: string): string[] {
  return [
    '',
    '/* The extension: its header first, right behind it what the application calls, then whatever carries',
    '   __attribute__((section(".extension"))) or, for constants, section(".extension.rodata"). What the header holds',
    '   stands in docs/extension.md of Sectorwise. */',
    'SECTIONS',
    '{',
    '  .extension :',
    '  {',
    '    extension_start = .;',
    '    KEEP(*(.extension_header))',
    '    KEEP(*(.extension_entry))',
    '    *(.extension .extension.*)',
    '    . = ALIGN(4);',
    '    extension_end = .;',
    `  } > ${region}`,
    '}',
  ];
}

function lower(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A stretch of data on the flash, by the name of the file that it comes from. Address and size in bytes. */
export interface DataPlace {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

/** A C header that says where data lies and how large it is. */
export function dataHeader(places: readonly DataPlace[]): SavedFile {
  const taken = new Set<string>();
  const lines = places.flatMap(({ name, address, size }) => {
    const macro = macroOf(name, taken);
    return [
      `/* ${name.replace(/[^\x20-\x7e]|\*\//g, '?')} */`,
      `#define ${macro}_ADDRESS ${hex(address)}u`,
      `#define ${macro}_SIZE ${size}u`,
      `#define ${macro} ((const unsigned char *)${macro}_ADDRESS)`,
      '',
    ];
  });
  const data = ['/* Made by Sectorwise: where data lies in flash. */', '#pragma once', '', ...lines].join('\n');
  return { name: 'flash-data.h', label: 'the C header with addresses and sizes', data };
}

function macroOf(name: string, taken: Set<string>): string {
  const plain = name
    .replace(/^.*\//, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  // A macro must not begin with a digit.
  const stem = /^[A-Z]/.test(plain) ? plain : `DATA_${plain}`;
  let macro = stem;
  for (let n = 2; taken.has(macro); n++) macro = `${stem}_${n}`;
  taken.add(macro);
  return macro;
}
