/** Five damages to boards in DFU mode. */
import { factoryUserModule } from '../../virtual-boards/dfu/firmware/particle-factory.ts';
import { stFactory } from '../../virtual-boards/dfu/firmware/st-factory.ts';
import type { MadeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import { MODELS } from '../../virtual-boards/dfu/particle-models.ts';
import { StChip } from '../../virtual-boards/dfu/st-board.ts';
import type { DfuDamage } from './damage.ts';
import { flip } from './damage.ts';

const SECTOR = 0x20000;
const { photon, electron } = MODELS;
/** The factory program of the STM32F405. */
const APPLICATION = stFactory()[0]?.data ?? new Uint8Array();

/** Read protection as a programmer sets it: the option bytes are written, and the chip is reset. */
function protect({ board: { chip } }: MadeDfuBoard, level: 1 | 2): void {
  if (!(chip instanceof StChip)) throw new RangeError('only an STM32 has option bytes here');
  chip.memory.options.setProtection(level);
}

/** The damages. */
export const DFU_DAMAGES: readonly DfuDamage[] = [
  {
    name: 'Particle module CRC',
    board: 'photon',
    family: 'dfu',
    truth: 'One bit of the user application is wrong, so its CRC does not fit and the board enters safe mode.',
    happens: ({ flash }) => flip(flash, photon.user + 0x3000, 0x01),
    said: { kind: 'module-crc-wrong', within: [photon.user, photon.user + SECTOR] },
    end: {
      starts: photon.user,
      cure: { drop: [{ name: 'application.bin', data: factoryUserModule(photon) }] },
      changes: [[photon.user, photon.user + SECTOR]],
    },
  },
  {
    name: 'Particle dependency missing',
    board: 'photon',
    family: 'dfu',
    truth: 'The user application needs a newer system than the board has, so it enters safe mode.',
    happens: ({ flash }) => flash.load(photon.user, factoryUserModule(photon, { user: 'unmet dependency' })),
    said: { kind: 'dependency-missing', within: [photon.user, photon.user + SECTOR] },
    end: {
      starts: photon.user,
      cure: { drop: [{ name: 'application.bin', data: factoryUserModule(photon) }] },
      changes: [[photon.user, photon.user + SECTOR]],
    },
  },
  {
    name: 'factory slot in the way',
    board: 'electron',
    family: 'dfu',
    truth: 'The factory slot holds an old application, which a factory reset would copy over the user application.',
    happens: () => undefined,
    said: { kind: 'factory-slot-holds-application', within: [electron.factory, electron.factory + SECTOR] },
    end: {
      starts: electron.user,
      cure: { take: '' },
      changes: [[electron.factory, electron.factory + SECTOR]],
    },
  },
  {
    name: 'read protection level 1',
    board: 'stm32f405',
    family: 'dfu',
    truth: 'The chip is read-protected at level 1: removing that erases everything.',
    happens: (board) => protect(board, 1),
    said: { kind: 'chip-read-protected', within: null },
    end: {
      starts: 0x08000000,
      cure: { unlock: true, drop: [{ name: 'application.bin', data: APPLICATION }] },
      changes: [[0x08000000, 0x08100000]],
    },
  },
  {
    name: 'read protection level 2',
    board: 'stm32f405',
    family: 'dfu',
    truth: 'The chip is read-protected, then at level 2, which can never be undone: its ROM never starts again.',
    happens: (board) => protect(board, 1),
    later: (board) => protect(board, 2),
    said: { kind: 'chip-read-protected', within: null },
    end: { never: 'level 2', says: /Level 2 is final: such a chip never starts ST’s bootloader/, gone: true },
  },
];
