/** The composition root of the help page, which loads no device code. */
import { render } from 'lit';
import '../../components/shared/tokens.ts';
import './page.css';
import { partsOf, renderPage } from './page.ts';
import { allChapters } from './topics.ts';

const all = partsOf(allChapters());
let find = '';

function show(): void {
  render(
    renderPage(all, wantedSection(), find, (words) => {
      find = words;
      show();
    }),
    document.body,
  );
}

/** The id that the address asks for; '' if its escapes are malformed, as in `#%`. */
function wantedSection(): string {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return '';
  }
}

/** Scrolls to the requested section: it did not exist yet when the browser looked for it. */
function goToWanted(): void {
  find = '';
  show();
  const section = document.getElementById(wantedSection());
  section?.scrollIntoView({ block: 'start' });
  section?.querySelector('summary')?.focus({ preventScroll: true });
}

goToWanted();
addEventListener('hashchange', goToWanted);
