/** Uploads esptool-js's bundled stub with raw frames, for tests. */
import { getStubJsonByChipName } from 'esptool-js/lib/stubFlasher.js';
import type { ChipName } from '../../virtual-boards/esp/chips/chip.ts';
import { OP } from '../../virtual-boards/esp/frames.ts';
import { RawClient, le } from './esp-client.ts';

/** The block size that esptool and esptool-js use for RAM. */
const RAM_BLOCK = 0x1800;

/** The stub as esptool-js bundles it; for an ESP32 by default. */
async function bundledStub(chip: ChipName = 'ESP32') {
  const stub = await getStubJsonByChipName(chip, 300);
  if (stub === undefined) throw new Error(`esptool-js has no stub for the ${chip}`);
  return stub;
}

/** How a test damages an upload. */
export interface Spoil {
  readonly dropBlock?: boolean;
  readonly flipByte?: boolean;
  readonly entry?: number;
  readonly onlyText?: boolean;
}

/** Uploads the stub to a board whose ROM is synced; returns the status of MEM_END. */
export async function uploadStub(client: RawClient, spoil: Spoil = {}): Promise<number[] | undefined> {
  const stub = await bundledStub(client.chip.name);
  const segments: [number, Uint8Array][] = [[stub.text_start, stub.decodedText.slice()]];
  if (spoil.onlyText !== true) segments.push([stub.data_start, stub.decodedData.slice()]);
  for (const [address, bytes] of segments) {
    const blocks = Math.ceil(bytes.length / RAM_BLOCK);
    if (spoil.flipByte === true) bytes[100] = (bytes[100] ?? 0) ^ 1;
    await client.command(OP.memBegin, le(bytes.length, blocks, RAM_BLOCK, address));
    for (let seq = 0; seq < blocks; seq++) {
      if (spoil.dropBlock === true && seq === 1) continue;
      await client.block(OP.memData, bytes.slice(seq * RAM_BLOCK, (seq + 1) * RAM_BLOCK), seq);
    }
  }
  return (await client.command(OP.memEnd, le(0, spoil.entry ?? stub.entry)))?.body;
}

/** A client whose board runs the stub. */
export async function stubClient(options?: ConstructorParameters<typeof RawClient>[0]): Promise<RawClient> {
  const client = new RawClient(options);
  await client.connect();
  await uploadStub(client);
  await client.frame();
  return client;
}
