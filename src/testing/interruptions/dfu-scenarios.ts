/** The interruption scenarios for boards in DFU mode. */
import { MODELS } from '../../virtual-boards/dfu/particle-models.ts';
import type { VirtualDfuBoard } from '../../virtual-boards/dfu/virtual-dfu-boards.ts';
import { buildExtension, buildModule } from '../dfu/particle-images.ts';
import { intelHex } from './intel-hex.ts';
import { onlyWhole } from './may-boot.ts';
import { dropFiles } from './page.ts';
import { restoring, rollingBack } from './restore-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { noise } from '../bytes.ts';

const BASE = 0x08000000;
const EXTENSION = 0x3000;

/** Two sectors that are not adjacent, and unused where there is a choice. */
const DISCONNECTED = {
  photon: [0x080a0000, 0x080e0000],
  p1: [0x080c0000, 0x080e0000],
  electron: [0x080a0000, 0x080e0000],
  stm32f405: [0x08080000, 0x080a0000],
} as const;

/** The scenarios for one board of the catalogue. */
export function dfuScenarios({ dfu }: VirtualDfuBoard): Scenario[] {
  if (dfu.kind === 'stm32f405' && dfu.readProtected === true) return [];
  const write = dfu.kind === 'particle' ? split(dfu.model) : program();
  const [first, second] = DISCONNECTED[dfu.kind === 'particle' ? dfu.model : 'stm32f405'];
  const place = `sectors@${first.toString(16)}+${second.toString(16)}`;
  const sectors: Scenario = {
    name: 'sectors',
    purpose: 'flash',
    plan: (page) => dropFiles(page, [{ name: 'data.bin', data: noise(0x20000 + 0x5000), place }]),
    mayBoot: onlyWhole(),
  };
  // The last sector of both chips: on an F405 it holds the application's settings.
  const part: Scenario = {
    name: 'part',
    purpose: 'flash',
    plan: (page) => dropFiles(page, [{ name: 'part.hex', data: intelHex(0x080e1000, noise(0x3000, 9)) }]),
    owed: { writes: [{ offset: 0xe1000, data: noise(0x3000, 9) }] },
    mayBoot: onlyWhole(),
  };
  const damage = [
    { offset: (dfu.kind === 'particle' ? MODELS[dfu.model].user : BASE) - BASE, data: noise(0x4000, 21) },
    { offset: 0xe0000, data: noise(0x4000, 22) },
  ];
  return [write, sectors, part, restoring(damage), rollingBack(write)];
}

function split(model: keyof typeof MODELS): Scenario {
  const { user, platform } = MODELS[model];
  const address = model === 'electron' ? 0x080a0000 : 0x080e0000;
  const app = buildModule({ start: user, platform, size: 0x6000, version: 9, seed: 3 });
  const extension = buildExtension({ address, size: EXTENSION, seed: 5 });
  return {
    name: 'split',
    purpose: 'flash',
    plan: (page) =>
      dropFiles(page, [
        { name: 'app.bin', data: app },
        { name: 'extension.bin', data: extension },
      ]),
    mayBoot: onlyWhole({ needs: [{ offset: address - BASE, size: EXTENSION }] }),
  };
}

function program(): Scenario {
  const data = noise(0x16000, 3);
  const view = new DataView(data.buffer);
  view.setUint32(0, 0x20020000, true);
  view.setUint32(4, 0x08000201, true);
  return {
    name: 'program',
    purpose: 'flash',
    plan: (page) => dropFiles(page, [{ name: 'program.bin', data }]),
    mayBoot: onlyWhole(),
  };
}
