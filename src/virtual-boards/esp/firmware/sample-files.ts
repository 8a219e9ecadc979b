/** Made-up files of the virtual boards. */
import type { LittleFsEntry } from './littlefs.ts';

/** 5 January 2026, 10:00 UTC, as the app says of its build. */
const MADE = 1_767_607_200;

/** A PNG of 24 by 24 pixels. */
const LOGO =
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAgMAAACdGdVrAAAADFBMVEXv8vDGegAqXbASGBWz5Ga9AAAAd0lEQVR42mNgQANSESCSMTPTAUipLl26BEhNAwIgFQUEIKn8n0BJxqX//y9tYGCb9v//tAkMXNH//98KYODM/v//ZQID6/L//58uYGCb/v//NaBc1P//UQFAff//g/Wt/wrUh2omg2ZmZgbI2qUgKQYGsSnozgIAQoIx+YxYJwAAAAAASUVORK5CYII=';

const INDEX = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Raft on the bench</title>
    <link rel="icon" href="logo.png" />
  </head>
  <body>
    <h1>Raft on the bench</h1>
    <p id="state">Waiting for the raft</p>
    <script>
      setInterval(async () => {
        const answer = await fetch('/api/state');
        document.querySelector('#state').textContent = await answer.text();
      }, 1000);
    </script>
  </body>
</html>
`;

const CONFIG = `{ "name": "Raft on the bench", "units": "metric", "rate": 20 }
`;

function logLine(i: number): string {
  return `2026-01-05 10:${String(i).padStart(2, '0')}:00 I raft: heading ${(i * 37) % 360}, battery ${(4.1 - i / 100).toFixed(2)} V\n`;
}

function text(name: string, content: string): LittleFsEntry {
  return { name, data: new TextEncoder().encode(content), modified: MADE };
}

/** A configuration, a page with a picture, and a log. */
export const SAMPLE_FILES: readonly LittleFsEntry[] = [
  text('config.json', CONFIG),
  { name: 'logs', files: [text('2026-01-05.txt', Array.from({ length: 40 }, (_, i) => logLine(i)).join(''))] },
  {
    name: 'www',
    files: [
      text('index.html', INDEX),
      { name: 'logo.png', data: Uint8Array.from(atob(LOGO), (sign) => sign.charCodeAt(0)), modified: MADE },
    ],
  },
];
