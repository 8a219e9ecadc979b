/** esptool-js's loader, where it is too hasty to start the stub over a slow line. */
import { ESPLoader } from 'esptool-js';
import { words } from './commands.ts';

/** How long the ROM may take to answer that it leaves for the stub, in ms: over 200 were seen on a busy line. */
const MEM_END_MS = 1500;

/** A loader that says whether a stub runs already, and gives it time to start. */
export class Loader extends ESPLoader {
  /** Whether the last SYNC was answered by a stub: it gives no value, every ROM gives one. */
  stubRuns = false;

  override async sync(): Promise<[number, Uint8Array]> {
    const answer = await super.sync();
    this.stubRuns = answer[0] === 0;
    return answer;
  }

  override async memFinish(entry: number): Promise<void> {
    const payload = words(entry === 0 ? 1 : 0, entry);
    await this.checkCommand('start the flasher stub', this.ESP_MEM_END, payload, 0, 0, MEM_END_MS);
  }
}
