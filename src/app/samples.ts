/** The apps of ours that virtual boards are tried with. Each is built when it is asked for, and what builds it is loaded then. */
import type { BoardSample } from '../../components/sectorwise-app/sectorwise-app.ts';
import type { ParticleModel } from '../virtual-boards/dfu/particle-models.ts';
import type { DfuKind } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import { particleChip, ST_CHIP, VIRTUAL_DFU_BOARDS } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import { chipNameOf, VIRTUAL_BOARDS } from '../virtual-boards/virtual-boards.ts';

/** The chips that raft-demo can be built for, with their ids in image headers. */
const RAFT_CHIPS = { ESP32: 0, 'ESP32-C3': 5, 'ESP32-S3': 9, 'ESP32-C6': 13 } as const;

const PARTICLE_MODELS: readonly ParticleModel[] = ['photon', 'p1', 'electron'];

function raftDemo(chip: string, id: (typeof RAFT_CHIPS)[keyof typeof RAFT_CHIPS]): BoardSample {
  return {
    chip,
    name: 'raft-demo 1.5.0',
    make: async () => {
      const { raftDemo150 } = await import('../virtual-boards/esp/firmware/raft-demo.ts');
      return new File([new Uint8Array(raftDemo150(id))], 'raft-demo-1.5.0.bin');
    },
  };
}

function application(model: ParticleModel, size: 'ordinary' | 'large'): BoardSample {
  const isLarge = size === 'large';
  return {
    chip: particleChip(model),
    name: `user application v7${isLarge ? ', 160 KiB' : ''}`,
    make: async () => {
      const { sampleApplication } = await import('../virtual-boards/dfu/firmware/sample.ts');
      const data = new Uint8Array(sampleApplication(model, size));
      return new File([data], `${model}-app-v7${isLarge ? '-160k' : ''}.bin`);
    },
  };
}

/** A program for the STM32: smaller than the one that is on the board, so that it leaves more of the flash alone. */
const PROGRAM: BoardSample = {
  chip: ST_CHIP,
  name: 'a program of 24 KiB',
  make: async () => {
    const { stProgram } = await import('../virtual-boards/dfu/firmware/st-factory.ts');
    return new File([stProgram(0x6000, 0x406)], 'stm32f405-program.bin');
  },
};

/** Every sample, with the chip or board that it is for. On an Electron alone, the sector behind an application can be its own. */
export const SAMPLES: readonly BoardSample[] = [
  ...Object.entries(RAFT_CHIPS).map(([chip, id]) => raftDemo(chip, id)),
  ...PARTICLE_MODELS.map((model) => application(model, 'ordinary')),
  application('electron', 'large'),
  PROGRAM,
];

/** The samples that a virtual board starts as it is, by its id: none where its protection comes first. */
export function samplesFor(id: string): readonly BoardSample[] {
  const esp = VIRTUAL_BOARDS.find((board) => board.id === id);
  const dfu = VIRTUAL_DFU_BOARDS.find((board) => board.id === id)?.dfu;
  const chip = esp !== undefined ? chipNameOf(esp) : dfu === undefined ? null : chipOf(dfu);
  return SAMPLES.filter((sample) => sample.chip === chip);
}

/** What the chip of a board in DFU mode is called; null where nothing can be written to it. */
function chipOf(dfu: DfuKind): string | null {
  if (dfu.kind === 'particle') return particleChip(dfu.model);
  return dfu.readProtected === true ? null : ST_CHIP;
}
