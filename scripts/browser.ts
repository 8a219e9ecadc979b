/**
 * Finds the browser for the tests, in this order: `$CHROME`, an installed Chromium or Chrome, the one that Playwright
 * downloaded (`npx playwright install chromium`).
 */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

// The binary before the wrapper: Debian's /usr/bin/chromium is a shell script, and a library preloaded for the bench must reach
// only the browser.
const INSTALLED = [
  '/usr/lib/chromium/chromium',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of the browser's executable; throws an `Error` that says how to get one if there is none. */
export function findBrowser(): string {
  const named = process.env['CHROME'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`CHROME names ${named}, and there is no such file.`);
  }
  const found = [...INSTALLED, chromium.executablePath()].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'The tests need Chrome or Chromium, and none was found. Install one (Debian: apt-get install chromium; ' +
      'elsewhere: npx playwright install chromium), or name one: CHROME=/path/to/chrome npm test',
  );
}

/**
 * What Chromium is to leave out. Its address bar loads two pages of its own into each new window, which took a fifth of the
 * processor time of a journey. Of several switches of this name only the last counts: the others are those that Playwright gives.
 */
const LEFT_OUT = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

/** Arguments that keep Chromium quiet on a closed network; as root it must also run without its sandbox. */
export function browserArguments(): string[] {
  return [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--disable-features=${LEFT_OUT.join()}`,
  ];
}
