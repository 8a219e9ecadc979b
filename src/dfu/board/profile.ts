/** Board profiles: what is known about a kind of board in advance, as data. */
import type { PartitionRole } from '../../flash/layout.ts';
import type { Region } from '../../flash/map.ts';

/** A range of one memory; `setting` is the number of its alternate setting, address and size are in bytes. */
export interface ProfileRange {
  readonly setting: number;
  readonly address: number;
  readonly size: number;
}

/** A named range; `type` says in words what it is for. */
export interface ProfilePartition extends ProfileRange {
  readonly name: string;
  readonly role: PartitionRole;
  /** Whether it is for the maker's system firmware. */
  readonly system?: true;
  readonly type: string;
}

/**
 * What is never written; `name` heads it among the protections. `reason` is what lies there, as a clause; `refused`, why a write would
 * fail anyway, which several guards may have in common.
 */
export interface ProfileGuard extends ProfileRange {
  readonly name: string;
  readonly reason: string;
  readonly refused?: string;
}

/** One way to lay out an application on a board; `pieces` are its linker regions, in order. */
export interface AppLayout {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly pieces: readonly (ProfileRange & { readonly linker: string })[];
  /** Whether over-the-air updates of the application keep working. */
  readonly keepsOta: boolean;
  /** Why this is the layout to take, and when another is: sentences. Absent for the others. */
  readonly recommended?: string;
}

/** A layout that people ask for and the board cannot have, with the reason. */
export interface UnavailableLayout {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly forbiddenBy: ForbiddenBy;
}

/** Who forbids a layout. */
export type ForbiddenBy = 'the build server' | 'the system firmware' | 'the bootloader' | 'the chip';

/** A range that people take for something else, and what it is: a sentence. */
export interface MistakenRange extends ProfileRange {
  readonly says: string;
}

/** What module-aware firmware does with a board's flash. */
export interface ModuleBoard {
  readonly platform: number;
  /** The user application's own sector, the only one that an over-the-air update of the application fills. */
  readonly user: ProfileRange;
  /** The range that a user module may fill if over-the-air updates are given up. */
  readonly userMost: ProfileRange;
  /** Where the firmware looks for a user application to restore. */
  readonly factory: ProfileRange | null;
  /** Sectors that an extension may use, best first. */
  readonly extensions: readonly ProfileRange[];
  readonly monolithic: ProfileRange;
  /**
   * The system part whose own needs, and the bootloader, are checked before the user application runs, and the version since
   * which that is so; null if the firmware does not check them.
   */
  readonly checksItself: { readonly index: number; readonly since: number } | null;
}

/** A kind of board. */
export interface BoardProfile {
  readonly id: string;
  readonly name: string;
  readonly chip: string;
  /** The names of its chip in the list of UF2 families (`uf2-families.ts`); empty if no family is for it. */
  readonly uf2Chips: readonly string[];
  /** `e_machine` of its programs. */
  readonly machine: number;
  /** True where it has RAM for instructions at address 0; the flash of every other is there too while it boots from that. */
  readonly ramAtZero?: true;
  /** The USB IDs that it may have; null if its memory alone identifies it. */
  readonly usb: readonly { readonly vendorId: number; readonly productId: number }[] | null;
  /** The possible shapes of its first memory (see `shapeOf`); null if the USB IDs alone identify it. */
  readonly shapes: readonly string[] | null;
  /** Why the identification is uncertain, in words; null if it is certain. */
  readonly unsure: string | null;
  readonly partitions: readonly ProfilePartition[];
  readonly guards: readonly ProfileGuard[];
  /** What erases a range without asking; `scratch`: the board uses it at every update, so data there is its own. */
  readonly erasedBy: readonly (ProfileRange & { readonly by: string; readonly scratch?: true })[];
  /** Sectors that data may use, best first. */
  readonly free: readonly ProfileRange[];
  readonly layouts: readonly AppLayout[];
  readonly unavailable: readonly UnavailableLayout[];
  /** Said where somebody picks or types such an address. */
  readonly misread?: readonly MistakenRange[];
  readonly modules: ModuleBoard | null;
  /** Whether its firmware carries Particle's module headers. */
  readonly modular: boolean;
  /** Where these facts come from. */
  readonly sources: readonly string[];
}

/** The erase units of regions as text to compare: `0x8000000: 4*16K 1*64K 7*128K`. Access rights are ignored. */
export function shapeOf(regions: readonly Region[]): string {
  const parts: { start: number; end: number; runs: { count: number; size: number }[] }[] = [];
  for (const { start, runs } of regions) {
    const size = runs.reduce((sum, run) => sum + run.count * run.size, 0);
    let part = parts.at(-1);
    if (part === undefined || part.end !== start) parts.push((part = { start, end: start, runs: [] }));
    part.end += size;
    for (const run of runs) {
      const last = part.runs.at(-1);
      if (last?.size === run.size) last.count += run.count;
      else part.runs.push({ ...run });
    }
  }
  const sized = (size: number) => (size % 1024 === 0 ? `${size / 1024}K` : `${size}`);
  const said = ({ start, runs }: (typeof parts)[number]) =>
    `0x${start.toString(16)}: ${runs.map(({ count, size }) => `${count}*${sized(size)}`).join(' ')}`;
  return parts.map(said).join('; ');
}

/** What a kind of board is recognised by. */
export interface Traits {
  readonly vendorId: number;
  readonly productId: number;
  /** The regions of the first memory. */
  readonly regions: readonly Region[];
}

/** The first profile that fits a board, those with USB IDs before those with a shape alone; null if none fits. */
export function profileOf(profiles: readonly BoardProfile[], traits: Traits): BoardProfile | null {
  const shape = shapeOf(traits.regions);
  const fits = ({ usb, shapes }: BoardProfile) =>
    (usb === null ||
      usb.some(({ vendorId, productId }) => vendorId === traits.vendorId && productId === traits.productId)) &&
    (shapes === null || shapes.includes(shape));
  const sorted = profiles.toSorted((a, b) => Number(a.usb === null) - Number(b.usb === null));
  return sorted.find(fits) ?? null;
}
