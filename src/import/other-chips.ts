/** Names of chips as tools write them, and the kind of chip that a file for another board is for. */
import { capital } from '../flash/english.ts';
import type { Elf } from '../formats/elf.ts';
import { ELF_MACHINE } from '../formats/elf.ts';
import { hex } from '../flash/finding.ts';
import type { Values } from '../flash/finding.ts';
import { plainName } from '../flash/names.ts';

// ST's reference manuals, "Memory map": main flash is at 0x08000000, up to 2 MiB. Clones have it there too.
const STM32_FLASH = { from: 0x08000000, to: 0x08200000 } as const;
const STM32 = 'an STM32 (or a clone of one)';

function isStm32Flash(address: number): boolean {
  return address >= STM32_FLASH.from && address < STM32_FLASH.to;
}

/** Whose flash an address is in that this board does not have, as the value `flash` of a finding; empty if unknown. */
export function knownPlace(address: Values[string] | undefined): { readonly flash?: string } {
  return address !== undefined && isStm32Flash(Number(address)) ? { flash: capital(STM32) } : {};
}

/** What a program for a different processor is for: `for an STM32 …`. */
export function otherProcessor({ machine, segments }: Elf): string {
  const flash = segments.find(({ physical }) => isStm32Flash(physical));
  switch (machine) {
    case ELF_MACHINE.arm:
      if (flash !== undefined) return `for ${STM32}: its data belongs at ${hex(flash.physical)}`;
      break;
    case ELF_MACHINE.xtensa:
      return 'for an Xtensa processor (such as the ESP32’s)';
    case ELF_MACHINE.riscv:
      return 'for a RISC-V processor (such as the ESP32-C3’s)';
  }
  return `for a different processor (ELF machine ${machine})`;
}

/** The longest name of a chip that is shown. */
const LONGEST = 60;

/** Whether two names mean the same chip: `esp32s3` and `ESP32-S3` do. */
export function sameChip(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** A chip's name as Espressif writes it: `esp32s3` becomes `ESP32-S3`. */
export function chipName(name: string): string {
  return plainName(plain(name), LONGEST)
    .toUpperCase()
    .replace(/^(ESP32)(?=[A-Z])/, '$1-');
}
