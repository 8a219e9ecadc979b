/** Plays a large job on the whole app, reported by a worker as real ones are: `gallery.html?app=huge`. */
import { html, render } from 'lit';
import type { EncodedState } from '../../src/browser/state-codec.ts';
import { makeStateDecoder } from '../../src/browser/state-codec.ts';

const worker = new Worker(new URL('gallery.recording.ts', import.meta.url), { type: 'module' });

render(
  html`<p>
      <button type="button" @click=${() => worker.postMessage('play')}>Start the recording</button> <output></output>
    </p>
    <sectorwise-app></sectorwise-app>`,
  document.body,
);
const app = document.querySelector('sectorwise-app');
const output = document.querySelector('output');
const unpack = makeStateDecoder();
let reported = -1;
worker.addEventListener('message', (event: MessageEvent<EncodedState>) => {
  if (app === null || output === null) return;
  app.state = unpack(event.data);
  reported++;
  const work = app.state.kind === 'connected' ? app.state.work : null;
  const done = work?.kind === 'flashing' && work.progress.done === work.progress.total;
  output.textContent = done ? `Reported ${reported} states` : reported === 0 ? 'Ready' : 'Playing';
});
